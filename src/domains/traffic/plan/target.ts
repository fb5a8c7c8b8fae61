import { ShakedownError } from '../../../model/error.ts';
import { remembering } from './remember.ts';

/** Where recorded traffic goes. Nothing but these targets is ever in a plan. */
export interface TargetMapping {
  /** Origin, with a path prefix if there is one, that takes the traffic of hosts not named in `hosts`. */
  baseUrl: string;
  /**
   * Recorded origin → target origin, or null to leave it out. Key `*` is for origins not named; without it they go to `baseUrl`, as
   * do requests whose recorded origin is unknown.
   */
  hosts: Record<string, string | null>;
  /** Set on every request, in place of recorded ones. */
  headers: Record<string, string>;
  /** Recorded headers that are not sent. */
  dropHeaders?: string[];
}

export interface Destination {
  /** Index in `origins`. */
  target: number;
  /** Path of the target's URL, without a slash at its end. */
  prefix: string;
}

export interface Targets {
  origins: string[];
  /** A string is the reason why requests to this recorded origin are left out. */
  destination(recordedOrigin: string): Destination | string;
  /** The target's origin for a recorded origin that is named in the mapping; undefined for any other. */
  mappedOrigin(recordedOrigin: string): string | null | undefined;
}

/**
 * Reads a target mapping.
 * @throws ShakedownError PLAN_TARGET for a URL that is not http or https
 */
export function readTargets(mapping: TargetMapping): Targets {
  const origins: string[] = [];
  const place = (text: string, what: string): Destination => {
    const url = parse(text);
    if (url === undefined) {
      throw new ShakedownError('PLAN_TARGET', `${what}: ${JSON.stringify(text)} is not an http or https URL.`, {
        hint: 'Write it as http://host:port.',
      });
    }
    let target = origins.indexOf(url.origin);
    if (target < 0) target = origins.push(url.origin) - 1;
    return { target, prefix: url.pathname.replace(/\/+$/, '') };
  };
  const base = place(mapping.baseUrl, 'Target');
  const named = new Map<string, Destination | string>();
  for (const [recorded, wanted] of Object.entries(mapping.hosts)) {
    named.set(canonicalOrigin(recorded), wanted === null ? 'host left out' : place(wanted, `Host ${recorded}`));
  }
  const other = named.get('*') ?? base;
  return {
    origins,
    destination: (recordedOrigin) =>
      recordedOrigin === '' ? (named.get('') ?? base) : (named.get(canonicalOrigin(recordedOrigin)) ?? other),
    mappedOrigin(recordedOrigin) {
      const found = named.get(canonicalOrigin(recordedOrigin));
      return found === undefined ? undefined : typeof found === 'string' ? null : (origins[found.target] ?? null);
    },
  };
}

/** Lower case, default port left away; other text as it is. */
export const canonicalOrigin = remembering((text) => parse(text)?.origin ?? text.trim().toLowerCase());

function parse(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === ''
    ? url
    : undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const control = /[\u0000-\u001f\u007f]/;

/** Whether a recorded path holds characters that no client can have sent as they stand. */
export function hasControlCharacters(path: string): boolean {
  return control.test(path);
}

/**
 * A recorded path as it is put behind a target's origin: one leading slash is made sure of and what could end or restart a URL is
 * encoded, so that `//host/`, `http://host/`, `\\host` and `@host` all stay paths of the target.
 */
export function safePath(recorded: string): string {
  const path = recorded.startsWith('/') ? recorded : `/${recorded}`;
  if (/^[A-Za-z0-9\-._~!$&'()*+,;=:@/?[\]]*$/.test(path)) return path;
  return path
    .replace(/[\ud800-\udfff]/gu, '\ufffd')
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
    .replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/?[\]%]+/g, (text) => encodeURIComponent(text));
}
