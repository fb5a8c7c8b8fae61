import type { IncomingHttpHeaders } from 'node:http';
import type { Extraction } from '../../../model/plan.ts';

/** Puts values where placeholders stand. @returns null: one of them is not known */
export function fill(
  text: string,
  token: RegExp,
  values: ReadonlyMap<string, string>,
  encode: (value: string) => string = (value) => value,
): string | null {
  let isMissing = false;
  const filled = text.replace(token, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) isMissing = true;
    return encode(value ?? '');
  });
  return isMissing ? null : filled;
}

/** How a value is written into a body of a content type. */
export function bodyEncoding(contentType: string): (value: string) => string {
  if (contentType.includes('json')) return (value) => JSON.stringify(value).slice(1, -1);
  if (contentType.includes('x-www-form-urlencoded')) return encodeURIComponent;
  return (value) => value;
}

/** A value of an answer, as the engines of the load take it (load/k6/session.js); undefined: it is not there. */
export function extracted(
  { from, expression }: Extraction,
  headers: IncomingHttpHeaders,
  body: string,
): string | undefined {
  try {
    if (from === 'json') return scalar(atPath(JSON.parse(body), expression));
    if (from === 'regex') return new RegExp(expression).exec(body)?.[1];
    if (from === 'header') return fromHeader(expression, headers);
    for (const tag of body.match(/<input\b[^>]*>/gi) ?? []) {
      if (attribute(tag, 'name') === expression) return attribute(tag, 'value');
    }
  } catch {
    // Not what it was in the recording.
  }
  return undefined;
}

/** `items.0.id` */
export function atPath(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
      value,
    );
}

function scalar(value: unknown): string | undefined {
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}

function fromHeader(expression: string, headers: IncomingHttpHeaders): string | undefined {
  const [, name = '', pattern] = /^(\S+)(?: (.+))?$/.exec(expression) ?? [];
  const found = headers[name.toLowerCase()];
  const value = Array.isArray(found) ? found.join('\n') : found;
  return pattern === undefined || value === undefined ? value : new RegExp(pattern).exec(value)?.[1];
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}\\s*=\\s*("([^"]*)"|'([^']*)')`, 'i').exec(tag);
  if (found === null) return undefined;
  return (found[2] ?? found[3] ?? '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
