import type { Matcher, Selector } from './expression.ts';
import { isMatch, matchingText } from './sample-text.ts';

/** Whether labels are what matchers ask for; a label that is not there is empty. */
export function satisfies(labels: Readonly<Record<string, string>>, matchers: readonly Matcher[]): boolean {
  return matchers.every((one) => matches(one, labels[one.label] ?? ''));
}

/** Whether a value is what one matcher asks for. */
export function matches({ operator, value }: Pick<Matcher, 'operator' | 'value'>, text: string): boolean {
  switch (operator) {
    case '=':
      return text === value;
    case '!=':
      return text !== value;
    case '=~':
      return isMatch(value, text) === true;
    case '!~':
      return isMatch(value, text) === false;
  }
}

/** Values for each label, so that a series with them is selected; null where none was found. Empty values are left out. */
export function labelsFor(
  selector: Pick<Selector, 'matchers'>,
  preferred: Readonly<Record<string, string>> = {},
): Record<string, string> | null {
  const labels: Record<string, string> = {};
  for (const name of new Set(selector.matchers.map(({ label }) => label))) {
    const wanted = selector.matchers.filter(({ label }) => label === name);
    const fits = (text: string) => wanted.every((one) => matches(one, text));
    const value = candidates(wanted, preferred[name]).find(fits);
    if (value === undefined) return null;
    if (value !== '') labels[name] = value;
  }
  return labels;
}

/** Labels that one matcher refuses and all others accept; null where there are none. */
export function labelsAgainst(
  selector: Pick<Selector, 'matchers'>,
  refused: Matcher,
  preferred: Readonly<Record<string, string>> = {},
): Record<string, string> | null {
  const rest = selector.matchers.filter((one) => one !== refused);
  const labels = labelsFor({ matchers: rest }, preferred);
  if (labels === null) return null;
  const same = rest.filter((one) => one.label === refused.label);
  const value = [...candidates([refused], undefined), ...candidates(same, undefined)].find(
    (text) => !matches(refused, text) && same.every((one) => matches(one, text)),
  );
  if (value === undefined) return null;
  const others = Object.entries(labels).filter(([name]) => name !== refused.label);
  return Object.fromEntries(value === '' ? others : [...others, [refused.label, value]]);
}

function candidates(matchers: readonly Matcher[], preferred: string | undefined): string[] {
  const given = matchers.flatMap(({ operator, value }) => {
    const text = operator === '=' || operator === '!=' ? value : matchingText(value);
    return text === null ? [] : [text, `${text}-other`];
  });
  const exact = matchers.filter(({ operator }) => operator === '=').map(({ value }) => value);
  return [...exact, ...(preferred === undefined ? [] : [preferred]), ...given, 'other', '1', '999', ''];
}
