import type { Header } from '../../../../model/traffic.ts';
import type { Field, FieldTree, Side } from '../field.ts';
import {
  authorizationSchemes,
  droppedHeaders,
  isPublicHeaderValue,
  structuralHeaders,
  userAgentFamily,
} from '../public-vocabulary.ts';
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

/** Headers of one side. Values stay only where every word is public; names stay. */
export function rewriteHeaders(headers: readonly Header[], tree: FieldTree, side: Side, engine: Engine): Header[] {
  const out: Header[] = [];
  for (const [name, value] of headers) {
    let field = tree.header(side, name);
    if (field === undefined) {
      if (droppedHeaders.has(name)) continue;
      if (!tree.structure.nameStays(name.replace(/^:/, ''))) {
        engine.note(tree.root(`${side}header`), 'header with data for a name', 'dropped');
        continue;
      }
      field = tree.addHeader(side, name, personalHeaders.test(name));
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
  if (hosts.has(name)) return engine.host(field, value);
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
  if (name === 'etag' || name === 'if-none-match' || name === 'if-match') {
    return value.replace(/"([^"]*)"/g, (_, tag: string) => `"${tag === '' ? '' : (engine.value(field, tag) ?? '')}"`);
  }
  return engine.value(field, value);
}

/** The scheme stays; Basic credentials are decoded, so that user and password map as they do elsewhere. */
function rewriteAuthorization(value: string, field: Field, engine: Engine): string | null {
  const [scheme, credentials] = splitOnce(value, ' ');
  if (credentials === undefined || !authorizationSchemes.has(scheme.toLowerCase())) return engine.value(field, value);
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
