import type { Labels, Matcher } from './model.ts';

const unquoted = /^([a-zA-Z_:][\w:]*)\s*(=~|!~|!=|=)\s*(.*)$/s;

/**
 * Reads `severity=~"critical|warning"`, also several at once: `{a="b", c!="d"}`.
 * @throws Error that says what cannot be read
 */
export function parseMatchers(text: string): Matcher[] {
  const trimmed = text.trim();
  const inner = trimmed.startsWith('{') && trimmed.endsWith('}') ? trimmed.slice(1, -1) : trimmed;
  return splitAtCommas(inner)
    .filter((part) => part.trim() !== '')
    .map(parseMatcher);
}

function parseMatcher(text: string): Matcher {
  const [, name, operator, raw = ''] = unquoted.exec(text.trim()) ?? [];
  if (name === undefined || operator === undefined) throw new Error(`not a matcher: ${text.trim()}`);
  const value = raw.trim();
  const isQuoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
  if (!isQuoted && value.includes('"')) throw new Error(`a quote that does not close: ${text.trim()}`);
  return {
    name,
    operator: operator as Matcher['operator'],
    value: isQuoted ? unescaped(value.slice(1, -1)) : value,
  };
}

/** Commas within quotes are part of a value. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === '\\' && isQuoted) {
      part += letter + (text[++at] ?? '');
      continue;
    }
    if (letter === '"') isQuoted = !isQuoted;
    if (letter === ',' && !isQuoted) {
      parts.push(part);
      part = '';
    } else part += letter;
  }
  return [...parts, part];
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

/** Whether an alert's labels match; a label that is not there has the empty value, as Alertmanager has it. */
export function matches(matcher: Matcher, labels: Labels): boolean {
  const value = labels[matcher.name] ?? '';
  switch (matcher.operator) {
    case '=':
      return value === matcher.value;
    case '!=':
      return value !== matcher.value;
    case '=~':
      return anchored(matcher.value).test(value);
    case '!~':
      return !anchored(matcher.value).test(value);
  }
}

/** Alertmanager's expressions are Go's and match the whole value. Flags before them are the one thing of common use that JavaScript writes otherwise. */
function anchored(pattern: string): RegExp {
  const [, flags = '', rest = pattern] = /^\(\?([ims]+)\)(.*)$/s.exec(pattern) ?? [];
  return new RegExp(`^(?:${rest.replaceAll('(?P<', '(?<')})$`, `u${flags}`);
}

/** As a configuration has it: `severity="critical"`. */
export function shownMatcher({ name, operator, value }: Matcher): string {
  return `${name}${operator}${JSON.stringify(value)}`;
}
