import type { Header } from '../../../../model/traffic.ts';
import type { Field, FieldTree, Side } from '../field.ts';
import { isPersonalName } from '../names.ts';
import {
  authorizationSchemes,
  droppedHeaders,
  isPublicHeaderValue,
  structuralHeaders,
  userAgentFamily,
} from '../public-vocabulary.ts';
import { isPublicText } from '../public-words.ts';
import { rewriteCookies, rewriteSetCookie } from './cookie.ts';
import type { Engine } from './engine.ts';
import { rewriteMime } from './mime.ts';
import { isUrl, rewriteOrigin, rewriteUrl, splitOnce } from './url.ts';

const addresses = new Set([
  'x-forwarded-for',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'x-cluster-client-ip',
]);
const hosts = new Set(['host', 'x-forwarded-host', 'x-original-host', ':authority']);
const personalHeaders =
  /^(?:authorization|proxy-authorization|x-(?:.*-)?(?:api-?key|auth|token|secret).*|x-user.*|x-forwarded-user|from|cookie2?)$/;
/** Of an application; names of standard headers have words such as `location` and `device` in another sense. */
const isOwn = /^x-/;

/** How the report calls a header whose name does not stay. */
export const droppedHeader = 'header with data for a name';

/** Headers of one side. Values stay only where every word is public; names stay. */
export function rewriteHeaders(headers: readonly Header[], tree: FieldTree, side: Side, engine: Engine): Header[] {
  const out: Header[] = [];
  for (const [name, value] of headers) {
    let field = tree.header(side, name);
    if (field === undefined) {
      if (droppedHeaders.has(name)) continue;
      if (!tree.names.nameStays(name.replace(/^:/, ''))) {
        engine.note(tree.root(`${side}header`), droppedHeader, 'dropped');
        continue;
      }
      field = tree.addHeader(side, name, personalHeaders.test(name) || (isOwn.test(name) && isPersonalName(name)));
    }
    engine.name(field, name);
    const replaced = rewriteHeader(name, value, field, tree, engine);
    if (replaced !== null) out.push([name, replaced]);
  }
  return out;
}

function rewriteHeader(name: string, value: string, field: Field, tree: FieldTree, engine: Engine): string | null {
  if (field.action !== undefined || value === '') return value === '' ? value : engine.value(field, value);
  if (name === 'cookie') return rewriteCookies(value, tree.root('cookie'), engine);
  if (name === 'set-cookie') return rewriteSetCookie(value, tree.root('response.cookie'), engine);
  if (name === 'content-type') return rewriteMime(value, field, engine);
  if (structuralHeaders.has(name) && isPublicHeaderValue(name, value)) {
    engine.structure(value);
    return value;
  }
  if (hosts.has(name)) return rewriteHosts(value, field, engine);
  if (name === 'forwarded') return rewriteForwarded(value, field, engine);
  if (name === 'range') return rewriteRange(value);
  if (name === 'accept-language' || name === 'content-language') return rewriteLanguages(value, field, engine);
  if (policies.has(name)) return rewritePolicy(value, field, engine);
  if (cacheHeaders.has(name)) return rewritePolicy(value, field, engine, cacheWords);
  if (name === 'origin') return value === 'null' ? value : rewriteOrigin(value, field, engine);
  if (name === 'user-agent') {
    const replaced = engine.value(field, value);
    if (replaced === value) return value;
    const family = userAgentFamily(value);
    engine.structure(family);
    engine.note(field, 'user agent', 'family');
    return family;
  }
  if (name === 'authorization' || name === 'proxy-authorization') return rewriteAuthorization(value, field, engine);
  if (addresses.has(name)) {
    return value
      .split(',')
      .map((part) => engine.value(field, part.trim()) ?? '')
      .join(', ');
  }
  if (isUrl(value)) return rewriteUrl(value, field, engine);
  if (entityTags.has(name) && !isHttpDate(value)) return rewriteEntityTags(value, field, engine);
  return engine.value(field, value);
}

const entityTags = new Set(['etag', 'if-match', 'if-none-match', 'if-range']);
/** What `If-Range` may hold instead of a tag. */
const isHttpDate = (value: string) => /^\s*[A-Z][a-z]{2}, \d/.test(value);

/**
 * `W/"tag"`, a list of these, or `*` (RFC 9110, 8.8.3). Many servers leave out the quotation marks: such a tag is the same
 * value as one in quotation marks, and as a file name that it was made of.
 */
function rewriteEntityTags(value: string, field: Field, engine: Engine): string {
  return value.replace(/W\/|"([^"]*)"|[^\s",][^",]*/g, (found: string, quoted: string | undefined) => {
    if (found === 'W/' || found === '*' || found === '""') return found;
    return quoted === undefined ? (engine.value(field, found.trim()) ?? '') : `"${engine.value(field, quoted) ?? ''}"`;
  });
}

/** One host, or a list of those that proxies saw. */
function rewriteHosts(value: string, field: Field, engine: Engine): string {
  return value
    .split(',')
    .map((host) => engine.host(field, host.trim()))
    .join(', ');
}

/** `for=192.0.2.60;proto=https;by="[2001:db8::1]:80";host=…` (RFC 7239), a list of these. */
function rewriteForwarded(value: string, field: Field, engine: Engine): string {
  return value
    .split(',')
    .map((hop) =>
      hop
        .trim()
        .split(';')
        .map((pair) => rewriteForwardedPair(pair.trim(), field, engine))
        .join(';'),
    )
    .join(', ');
}

function rewriteForwardedPair(pair: string, field: Field, engine: Engine): string {
  const [name, written] = splitOnce(pair, '=');
  const known = name.trim().toLowerCase();
  if (written === undefined || !/^(?:for|by|host|proto)$/.test(known)) return `for=${engine.value(field, pair) ?? ''}`;
  const isQuoted = /^".*"$/.test(written);
  const inner = isQuoted ? written.slice(1, -1) : written;
  let replaced = inner;
  if (known === 'proto' && /^(?:https?|wss?)$/i.test(inner)) engine.structure(inner);
  else if (known === 'host') replaced = engine.host(field, inner);
  else if (inner !== '' && inner.toLowerCase() !== 'unknown') {
    const [, open = '', address = inner, rest = ''] =
      /^(\[?)([\d.]{7,15}|[\da-f:.]{3,45})(\]?(?::\d{1,5})?)$/i.exec(inner) ?? [];
    replaced = open + (engine.value(field, address) ?? '') + rest;
  }
  return `${name}=${isQuoted || /[^\w.-]/.test(replaced) ? `"${replaced.replace(/["\\]/g, '-')}"` : replaced}`;
}

/**
 * Its numbers are places in a file, and may be anything else: the first digit of each stays and its length, so that a first still is not behind
 * its last.
 */
function rewriteRange(value: string): string {
  const ranges = /^\s*bytes=([\d\s,-]{1,200})$/i.exec(value)?.[1];
  if (ranges === undefined) return 'bytes=0-';
  return `bytes=${ranges.replace(/\s/g, '').replace(/\d+/g, (digits) => digits[0] + '0'.repeat(Math.min(digits.length, 15) - 1))}`;
}

/** Languages that are known stay with their weights; what is none is dropped, unless k clients sent the whole. */
function rewriteLanguages(value: string, field: Field, engine: Engine): string {
  const whole = engine.value(field, value);
  if (whole === value) return value;
  const known = value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => isPublicHeaderValue('accept-language', part));
  const written = known.join(', ') || '*';
  engine.structure(written);
  return written;
}

const policies = new Set([
  'content-security-policy',
  'content-security-policy-report-only',
  'permissions-policy',
  'feature-policy',
  'reporting-endpoints',
  'strict-transport-security',
  'alt-svc',
]);

/** Where a cache says whether it answered: RFC 9211, and what caches had before it. */
const cacheHeaders = new Set([
  ...['cache-status', 'cf-cache-status', 'x-cache', 'x-cache-status', 'x-proxy-cache', 'x-varnish-cache'],
]);
const cacheWords: ReadonlySet<string> = new Set(
  `hit miss pass none bypass dynamic expired stale updating revalidated refresh refreshhit uncacheable error from cloudfront
fwd uri-miss vary-miss method request partial fwd-status stored collapsed ttl key detail
tcp_hit tcp_miss tcp_expired tcp_mem_hit tcp_ims_hit tcp_refresh_hit tcp_refresh_miss tcp_client_refresh_miss tcp_denied`.split(
    /\s+/,
  ),
);

/** Directives and keywords stay, hosts and all else are replaced one by one. @param also keywords of this header */
function rewritePolicy(value: string, field: Field, engine: Engine, also: ReadonlySet<string> = new Set()): string {
  return value.replace(/[^\s;,'"()=]+/g, (word) => {
    if (isPublicText(word) || also.has(word.toLowerCase())) {
      engine.structure(word);
      return word;
    }
    const [, digest, made] = /^(nonce-|sha(?:256|384|512)-)(.+)$/.exec(word) ?? [];
    if (digest !== undefined && made !== undefined) {
      engine.structure(digest);
      return digest + (engine.value(field, made) ?? '');
    }
    if (isUrl(word)) return rewriteUrl(word, field, engine);
    return /^(?:\*\.)?[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?$/.test(word)
      ? engine.host(field, word)
      : (engine.value(field, word) ?? '');
  });
}

/** The scheme stays; Basic credentials are decoded, so that user and password map as they do elsewhere. */
function rewriteAuthorization(value: string, field: Field, engine: Engine): string | null {
  const [scheme, credentials] = splitOnce(value, ' ');
  if (credentials === undefined || !authorizationSchemes.has(scheme.toLowerCase())) return engine.value(field, value);
  engine.structure(scheme);
  if (scheme.toLowerCase() === 'basic') {
    const decoded = Buffer.from(credentials, 'base64').toString('utf8');
    const [user, password] = splitOnce(decoded, ':');
    if (password !== undefined && !decoded.includes('\ufffd')) {
      const pair = `${engine.value(field.child('user'), user) ?? ''}:${engine.value(field.child('password'), password) ?? ''}`;
      return `${scheme} ${Buffer.from(pair).toString('base64')}`;
    }
  }
  const replaced = engine.value(field, credentials.trim());
  return replaced === null ? null : `${scheme} ${replaced}`;
}
