/** One place in which a copy is not the original. */
export interface Change {
  /** `receivers[0].pagerduty_configs[0].url` */
  readonly path: string;
  /** As it is shown; secrets are hidden. null: it is not there. */
  readonly before: string | null;
  readonly after: string | null;
}

const secret = /(key|password|secret|token|credentials|authorization|username|identity)(_file)?$/i;

/** Every leaf in which two documents differ, by its path. */
export function changesBetween(before: unknown, after: unknown, path = ''): Change[] {
  if (Object.is(before, after)) return [];
  const keys = (value: unknown) => (typeof value === 'object' && value !== null ? Object.keys(value) : null);
  const [old, now] = [keys(before), keys(after)];
  // What is there on one side only is shown leaf by leaf too.
  if ((old !== null || before === undefined) && (now !== null || after === undefined)) {
    const isList = Array.isArray(before) || Array.isArray(after);
    return [...new Set([...(old ?? []), ...(now ?? [])])].flatMap((key) => {
      const below = isList ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      const of = (value: unknown) => (value as Record<string, unknown> | undefined)?.[key];
      return changesBetween(of(before), of(after), below);
    });
  }
  return [{ path, before: shown(path, before), after: shown(path, after) }];
}

function shown(path: string, value: unknown): string | null {
  if (value === undefined) return null;
  if (secret.test(path)) return '<hidden>';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // Slack's and many a webhook's address is its secret: only where it leads is shown.
  if (/^https?:\/\//.test(text) && URL.canParse(text)) {
    const { origin, pathname } = new URL(text);
    return pathname === '/' || origin.includes('//127.0.0.1:') ? text : `${origin}/<hidden>`;
  }
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
