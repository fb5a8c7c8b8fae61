/** A request target that can be sent again. */
export interface ReplayTarget {
  /** `https://shop.example.com`, or empty when unknown. */
  origin: string;
  /**
   * Path and query, always starting with `/`. It may start with `//` (legal in HTTP, and sent by scanners), so it must be
   * appended to a target's origin, never resolved against it: `new URL('//evil.example/x', base)` changes the host.
   */
  path: string;
}

// RFC 3986 characters of path and query, with [ and ], which clients send unencoded; % only before two hex digits.
const illegal = /[^!$&-;=?-Z[\]_a-z~%]|%(?![0-9A-Fa-f]{2})/u;
const everyIllegal = new RegExp(illegal.source, 'gu');
const authority = /^(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+(?::\d{0,5})?$|^\[[0-9A-Fa-f:.]+\](?::\d{0,5})?$/;
const methodToken = /^[A-Z][A-Z0-9_-]{0,19}$/;

function percentEncode(character: string): string {
  let encoded = '';
  for (const byte of Buffer.from(character, 'utf8')) encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return encoded;
}

/** Percent-encodes what RFC 3986 does not allow in a path and query, and leaves everything else as it is. */
function legalPath(path: string): string {
  return illegal.test(path) ? path.replace(everyIllegal, percentEncode) : path;
}

/** `scheme://host[:port]` in lower case without a default port; empty when the host is missing or is none. */
function originOf(scheme: string, host: string | undefined): string {
  if (host === undefined || host === '' || host.length > 300 || !authority.test(host)) return '';
  const lower = host.toLowerCase();
  const port = scheme === 'https' ? ':443' : ':80';
  const bare = lower.endsWith(port) ? lower.slice(0, -port.length) : lower.endsWith(':') ? lower.slice(0, -1) : lower;
  return `${scheme}://${bare}`;
}

/**
 * Makes a replayable target of what a source holds, or says in a few words what it is instead (a string).
 * Absolute URLs are taken apart; user names, passwords and fragments in them are dropped.
 */
export function replayTarget(
  method: string,
  target: string,
  scheme: string | undefined,
  host: string | undefined,
): ReplayTarget | string {
  if (method === 'CONNECT') return 'CONNECT tunnel';
  if (method === '' && target.startsWith('/')) return 'request whose method the log does not have';
  if (!methodToken.test(method)) return 'malformed request';
  if (target.charCodeAt(0) === 47) return { origin: originOf(scheme ?? 'http', host), path: legalPath(target) };
  const colon = target.indexOf('://');
  if (colon < 0 || colon > 20) {
    if (target === '*') return 'OPTIONS *';
    return /^(?:data|blob|about|file|javascript):/i.test(target) ? 'not HTTP' : 'malformed request';
  }
  const urlScheme = target.slice(0, colon).toLowerCase();
  if (urlScheme === 'ws' || urlScheme === 'wss') return 'WebSocket';
  if (urlScheme !== 'http' && urlScheme !== 'https') return 'not HTTP';
  const rest = target.slice(colon + 3);
  const end = rest.search(/[/?#]/);
  const authorityPart = end < 0 ? rest : rest.slice(0, end);
  const origin = originOf(urlScheme, authorityPart.slice(authorityPart.lastIndexOf('@') + 1));
  if (origin === '') return 'malformed request';
  let path = end < 0 ? '/' : rest.slice(end);
  const hash = path.indexOf('#');
  if (hash >= 0) path = path.slice(0, hash);
  if (!path.startsWith('/')) path = `/${path}`;
  return { origin, path: legalPath(path) };
}
