import { ShakedownError } from '../../../model/error.ts';
import type { Header, RecordedRequest } from '../../../model/traffic.ts';
import { remembering } from './remember.ts';
import { canonicalOrigin, type TargetMapping, type Targets } from './target.ts';

// Hop by hop (RFC 9110, 7.6.1), or computed by the client that sends.
const neverSent = new Set(
  'host connection content-length transfer-encoding keep-alive te trailer upgrade expect http2-settings cookie'.split(
    ' ',
  ),
);
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in a value would begin another header
const control = /[\u0000-\u0008\u000a-\u001f\u007f]/;

export interface HeaderRules {
  /** Headers of a recorded request as they are sent, without the configured ones. Names are unique. */
  sent(request: RecordedRequest): Map<string, string>;
  configured: Header[];
}

/**
 * @throws ShakedownError PLAN_TARGET for a configured header that HTTP does not allow
 */
export function readHeaderRules(mapping: TargetMapping, targets: Targets): HeaderRules {
  const configured: Header[] = Object.entries(mapping.headers).map(([name, value]) => {
    if (!token.test(name) || control.test(value)) {
      throw new ShakedownError(
        'PLAN_TARGET',
        `Header ${JSON.stringify(name)} of the target is not a valid HTTP header.`,
      );
    }
    return [name.toLowerCase(), value];
  });
  const dropped = new Set([
    ...configured.map(([name]) => name),
    ...(mapping.dropHeaders ?? []).map((name) => name.toLowerCase()),
  ]);
  /** The name as it is sent; empty for what is not. */
  const sentName = remembering((recorded) => {
    const name = recorded.toLowerCase();
    const isDropped = neverSent.has(name) || dropped.has(name) || name.startsWith('proxy-') || !token.test(name);
    return isDropped ? '' : name;
  });
  return {
    configured,
    sent(request) {
      const headers = new Map<string, string>();
      for (const [recordedName, recordedValue] of request.headers ?? []) {
        const name = sentName(recordedName);
        if (name === '' || control.test(recordedValue)) continue;
        // Text cannot be compressed data: the recorder had already unpacked it.
        if (name === 'content-encoding' && request.body?.encoding !== 'base64') continue;
        const value = name === 'origin' || name === 'referer' ? moved(recordedValue, request, targets) : recordedValue;
        if (value === undefined) continue;
        const before = headers.get(name);
        headers.set(name, before === undefined ? value : `${before}, ${value}`); // RFC 9110, 5.3
      }
      const mime = request.body?.mime ?? '';
      if (mime !== '' && !control.test(mime) && !dropped.has('content-type') && !headers.has('content-type')) {
        headers.set('content-type', mime);
      }
      return headers;
    },
  };
}

/** Origin and Referer of the recorded system name the target instead; those of others stay; those of hosts left out go. */
function moved(value: string, request: RecordedRequest, targets: Targets): string | undefined {
  const origin = /^https?:\/\/[^/?#]+/i.exec(value)?.[0];
  if (origin === undefined) return value;
  let mapped = targets.mappedOrigin(origin);
  if (mapped === undefined && isOwn(origin, request)) {
    const destination = targets.destination(request.origin);
    mapped = typeof destination === 'string' ? null : (targets.origins[destination.target] ?? null);
  }
  if (mapped === undefined) return value;
  return mapped === null ? undefined : mapped + value.slice(origin.length);
}

function isOwn(origin: string, request: RecordedRequest): boolean {
  if (request.origin !== '') return canonicalOrigin(origin) === canonicalOrigin(request.origin);
  const host = request.headers?.find(([name]) => name === 'host' || name === ':authority')?.[1];
  return host !== undefined && origin.toLowerCase().endsWith(`//${host.toLowerCase()}`);
}

/**
 * Splits the headers of a session's requests: those that every request has go to the session, with the value of the most; what a
 * request has otherwise stays with it and overrides.
 */
export function splitHeaders(all: readonly Map<string, string>[]): {
  session: Header[];
  requests: (Header[] | undefined)[];
} {
  const session = new Map<string, string>();
  for (const name of all[0]?.keys() ?? []) {
    const value = commonValue(all, name);
    if (value !== undefined) session.set(name, value);
  }
  const requests = all.map((headers) => {
    const own: Header[] = [];
    for (const [name, value] of headers) if (session.get(name) !== value) own.push([name, value]);
    return own.length > 0 ? own : undefined;
  });
  return { session: [...session], requests };
}

/** The most frequent value of a header; undefined where a request is without it. */
function commonValue(all: readonly Map<string, string>[], name: string): string | undefined {
  const first = all[0]?.get(name);
  if (all.every((headers) => headers.get(name) === first)) return first;
  const counts = new Map<string, number>();
  let best = first;
  for (const headers of all) {
    const value = headers.get(name);
    if (value === undefined) return undefined;
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    if (count > (counts.get(best ?? value) ?? 0)) best = value;
  }
  return best;
}

/**
 * Cookies that a session had when it began: sent before any response of the session set one of that name; without recorded
 * responses, those of its first request.
 */
export function startingCookies(requests: readonly RecordedRequest[]): Header[] {
  const cookies = new Map<string, string>();
  const set = new Set<string>();
  const answered = requests.some((request) => request.response?.headers !== undefined);
  for (const request of answered ? requests : requests.slice(0, 1)) {
    for (const [name, value] of request.headers ?? []) {
      if (name.toLowerCase() !== 'cookie' || control.test(value)) continue;
      for (const pair of value.split(';')) {
        const equals = pair.indexOf('=');
        const cookie = pair.slice(0, equals).trim();
        if (equals > 0 && token.test(cookie) && !set.has(cookie) && !cookies.has(cookie)) {
          cookies.set(cookie, pair.slice(equals + 1).trim());
        }
      }
    }
    for (const [name, value] of request.response?.headers ?? []) {
      if (name.toLowerCase() === 'set-cookie')
        for (const line of value.split('\n')) set.add(line.slice(0, line.indexOf('=')).trim());
    }
  }
  return [...cookies];
}
