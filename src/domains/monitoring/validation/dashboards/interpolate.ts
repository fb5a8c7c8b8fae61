/** What a variable stands for in a query. */
export interface Value {
  /** Several where several are chosen. */
  values: readonly string[];
  /** Whether it can have several, which has Grafana escape them for a regular expression. */
  isMulti: boolean;
  /** It goes in as it stands: what All stands for as configured. */
  isRaw: boolean;
}

export type Values = ReadonlyMap<string, Value>;

/** By Grafana's own pattern: `$name`, `[[name:format]]`, `${name.field:format}`. */
const pattern = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.[^:^}]+)?(?::([^}]+))?\}/g;

/** Names of the variables in a text. Numbers are groups of a regular expression, as in label_replace. */
export function namesIn(text: string): string[] {
  const names = [...text.matchAll(pattern)].map(([, plain, bracketed, braced]) => plain ?? bracketed ?? braced ?? '');
  return [...new Set(names.filter((name) => !/^\d+$/.test(name)))];
}

/** Puts values into a query of Prometheus as Grafana does. What has none stays as it is. */
export function interpolated(text: string, values: Values): string {
  return text.replace(pattern, (whole, plain, bracketed, bracketedFormat, braced, bracedFormat) => {
    const value = values.get(plain ?? bracketed ?? braced ?? '');
    return value === undefined ? whole : formatted(value, bracketedFormat ?? bracedFormat ?? null);
  });
}

function formatted({ values, isMulti, isRaw }: Value, format: string | null): string {
  const first = values[0] ?? '';
  switch (format) {
    case null:
      break;
    case 'raw':
    case 'csv':
    case 'text':
      return values.join(',');
    case 'pipe':
      return values.join('|');
    case 'regex':
      return values.length === 1 ? escapedOnce(first) : `(${values.map(escapedOnce).join('|')})`;
    case 'glob':
      return values.length === 1 ? first : `{${values.join(',')}}`;
    case 'json':
      return JSON.stringify(isMulti ? values : first);
    case 'doublequote':
      return values.map((one) => `"${one.replaceAll('"', '\\"')}"`).join(',');
    case 'singlequote':
      return values.map((one) => `'${one.replaceAll("'", "\\'")}'`).join(',');
    case 'percentencode':
      return values.map(encodeURIComponent).join(',');
    default:
      break;
  }
  if (isRaw) return first;
  if (!isMulti) return first.replaceAll('\\', '\\\\').replaceAll("'", "\\\\'");
  const escaped = values.map((one) => one.replaceAll('\\', '\\\\\\\\').replace(/[$^*{}[\]'+?.()|]/g, '\\\\$&'));
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
}

function escapedOnce(value: string): string {
  return value.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&');
}
