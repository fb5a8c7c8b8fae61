import { decodePercent } from '../../../../model/percent-encoding.ts';
import type { Field, FieldTree } from '../field.ts';
import { isPersonalName } from '../names.ts';
import { isOwnedSegment } from '../owned-segments.ts';
import { isParameter } from '../routes.ts';
import type { Engine } from './engine.ts';
import { decodeForm, encodeForm, encodePercent, encodeSegment } from './percent.ts';

/** Path and query of a request; the template says which segments are values. */
export function rewritePath(path: string, tree: FieldTree, engine: Engine): string {
  const [pathname, query] = splitOnce(path, '?');
  const template = engine.routes.segmentsOf(tree.route);
  const out = rewritePathname(pathname, template, engine, (index, personal) => tree.root(`path.${index}`, personal));
  return query === undefined ? out : `${out}?${rewriteQuery(query, tree.root('query'), engine)}`;
}

/** @param field of a segment that is a value, by its position */
function rewritePathname(
  pathname: string,
  template: readonly string[] | undefined,
  engine: Engine,
  field: (index: number, personal: boolean) => Field,
): string {
  if (engine.path(pathname)) return pathname;
  let out = '';
  let before = '';
  let from = 0;
  for (let index = 0; from <= pathname.length; index++) {
    const date = dateAt(pathname, from);
    if (date !== undefined) {
      const place = field(index, isOwnedSegment(before));
      if (place.action === undefined) {
        if (index > 0) out += '/';
        out += engine.value(place, date) ?? '';
        before = '';
        index += 2;
        from += date.length + 1;
        continue;
      }
    }
    const slash = pathname.indexOf('/', from);
    const end = slash < 0 ? pathname.length : slash;
    const segment = pathname.slice(from, end);
    const [base, parameters] = segment.includes(';') ? splitOnce(segment, ';') : [segment, undefined];
    const text = decodePercent(base);
    const literal = template?.[index];
    const above = before;
    const place = () => field(index, isOwnedSegment(above) || (literal !== undefined && isPersonalName(literal)));
    if (index > 0) out += '/';
    out += rewriteSegment(base, text, literal, before, engine, place);
    if (parameters !== undefined) out += `;${rewriteQuery(parameters, place().child('parameter'), engine)}`;
    before = text;
    from = end + 1;
  }
  return out;
}

const dateForm =
  /(?:(?:1[89]|2[01])\d\d\/(?:0[1-9]|1[0-2])\/(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])\/(?:0[1-9]|[12]\d|3[01])\/(?:1[89]|2[01])\d\d)(?=\/|$)/y;

/** Three segments that are one date, `/1984/03/17`: each of them alone is a number that anything may have. */
export function dateAt(pathname: string, from: number): string | undefined {
  const unit = pathname.charCodeAt(from);
  if (unit < 48 || unit > 51) return undefined;
  dateForm.lastIndex = from;
  return dateForm.exec(pathname)?.[0];
}

/** Scheme, host and port. */
export function rewriteOrigin(origin: string, field: Field, engine: Engine): string {
  const match = /^([a-z][a-z0-9+.-]*:)?\/\/(.*)$/i.exec(origin);
  return match === null
    ? engine.host(field, origin)
    : `${match[1] ?? ''}//${rewriteAuthority(match[2] ?? '', field, engine)}`;
}

/** Whether a value is an address or a path on one: `https://…`, `//host/…`, `/orders/17?x=1`. */
export function isUrl(text: string): boolean {
  const first = text.charCodeAt(0) | 32;
  // / h w
  if (first !== 47 && first !== 104 && first !== 119) return false;
  return /^(?:https?:|wss?:)?\/\/[^\s/]/i.test(text) || /^\/[\w.~%:@!$&'()*+,;=/?#-]*$/.test(text);
}

/** An address that stands as a value somewhere (Referer, Location, a link): its path is read as the route it belongs to. */
export function rewriteUrl(url: string, field: Field, engine: Engine): string {
  const match = /^((?:[a-z][a-z0-9+.-]*:)?\/\/)([^/?#]*)(.*)$/is.exec(url);
  const scheme = match?.[1] ?? '';
  const authority = match === null ? '' : rewriteAuthority(match[2] ?? '', field, engine);
  const [beforeFragment, fragment] = splitOnce(match === null ? url : (match[3] ?? ''), '#');
  const [pathname, query] = splitOnce(beforeFragment, '?');
  const template = engine.routes.match(pathname);
  const out = rewritePathname(pathname, template, engine, (index, personal) =>
    field.child(personal ? `user-segment${index}` : `segment${index}`),
  );
  let rest = query === undefined ? '' : `?${rewriteQuery(query, field.child('query'), engine)}`;
  if (fragment !== undefined)
    rest += `#${encodePercent(engine.value(field.child('fragment'), decodePercent(fragment)) ?? '')}`;
  return scheme + authority + out + rest;
}

/** `a=1&b=2`, as in a query or a form body. */
export function rewriteQuery(query: string, root: Field, engine: Engine): string {
  const out: string[] = [];
  for (const pair of query.split('&')) {
    if (pair === '') {
      out.push(pair);
      continue;
    }
    const [rawName, rawValue] = splitOnce(pair, '=');
    const name = decodeForm(rawName);
    if (rawValue === undefined) {
      // A lone word may be a flag or a value: kept only when k clients send it.
      const replaced = engine.value(root, name);
      if (replaced !== null) out.push(replaced === name ? rawName : encodeForm(replaced, rawName));
      continue;
    }
    const field = root.child(name);
    let written = rawName;
    if (root.isDataName(name)) written = encodeForm(engine.dataName(field, name), rawName);
    else engine.name(field, name);
    const value = decodeForm(rawValue);
    const replaced = value === '' ? '' : engine.value(field, value);
    if (replaced !== null) out.push(`${written}=${replaced === value ? rawValue : encodeForm(replaced, rawValue)}`);
  }
  return out.join('&');
}

function rewriteAuthority(authority: string, field: Field, engine: Engine): string {
  const [user, host] = authority.includes('@') ? splitOnce(authority, '@') : [undefined, authority];
  const name = engine.host(field, host ?? '');
  return user === undefined
    ? name
    : `${encodePercent(engine.value(field.child('user'), decodePercent(user)) ?? '')}@${name}`;
}

function rewriteSegment(
  written: string,
  text: string,
  literal: string | undefined,
  before: string,
  engine: Engine,
  place: () => Field,
): string {
  if (written === '') return written;
  const isValue = literal !== undefined && isParameter(literal);
  const replaced = isValue ? engine.value(place(), text) : engine.segment(text, before, place);
  return replaced === text ? written : encodeSegment(replaced ?? 'removed', written);
}

export function splitOnce(text: string, separator: string): [head: string, tail: string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
