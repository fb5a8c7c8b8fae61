import { decodePercent } from '../../../model/percent-encoding.ts';
import type { Body, RecordedRequest } from '../../../model/traffic.ts';
import { jsonLeafAt, jsonLeaves, parseJson, withJsonLeaf } from './json-leaves.ts';

/** Where in a request a value stands; `at` as in the rules. */
export interface Place {
  in: 'path' | 'query' | 'header' | 'form' | 'json' | 'body';
  at: string;
}

const scheme = /^(?:Bearer|Token|JWT|Digest|Negotiate|ApiKey)\s+/i;
const headerThatMayCarry =
  /^(?:authorization|if-none-match|if-modified-since|x-.*|.*(?:token|csrf|xsrf|key|session).*)$/;
const headerOfInfrastructure = /^x-(?:forwarded|real|request|amzn?|cloud|b3|trace)/;

/** Values of a request that an earlier response may have given. */
export function placedValues(request: RecordedRequest): (Place & { value: string })[] {
  const found: (Place & { value: string })[] = [];
  const [path, query] = splitPath(request.path);
  const segments = path.split('/').slice(1);
  const route = request.route.split('/').slice(1);
  for (const [i, segment] of segments.entries()) {
    const varies = route.length === segments.length ? route[i] !== segment : /\d/.test(segment);
    if (varies && segment !== '') found.push({ in: 'path', at: String(i), value: decodePercent(segment) });
  }
  for (const [name, value] of pairs(query)) found.push({ in: 'query', at: name, value });
  for (const [name, value] of request.headers ?? []) {
    const lower = name.toLowerCase();
    if (headerThatMayCarry.test(lower) && !headerOfInfrastructure.test(lower)) {
      found.push({ in: 'header', at: lower, value: value.replace(scheme, '') });
    }
  }
  const { body } = request;
  if (isForm(body)) for (const [name, value] of pairs(body.data)) found.push({ in: 'form', at: name, value });
  if (isJson(body)) {
    for (const { path: at, value } of jsonLeaves(parseJson(body.data))) found.push({ in: 'json', at, value });
  }
  return found;
}

export function valueAt(request: RecordedRequest, place: Place): string | undefined {
  const { body } = request;
  const { at } = place;
  switch (place.in) {
    case 'path': {
      const segment = splitPath(request.path)[0].split('/')[segmentNumber(request, at)];
      return segment === undefined ? undefined : decodePercent(segment);
    }
    case 'query':
      return pairs(splitPath(request.path)[1]).find(([name]) => name === at)?.[1];
    case 'header':
      return request.headers?.find(([name]) => name.toLowerCase() === at.toLowerCase())?.[1].replace(scheme, '');
    case 'form':
      return isForm(body) ? pairs(body.data).find(([name]) => name === at)?.[1] : undefined;
    case 'json':
      return isJson(body) ? jsonLeafAt(parseJson(body.data), at) : undefined;
    case 'body':
      return body?.encoding === 'utf8' ? new RegExp(at).exec(body.data)?.[1] : undefined;
  }
}

/**
 * The request with `text` at a place; a header that is not there is added.
 * @returns undefined where the request has no such place
 */
export function withValue(request: RecordedRequest, place: Place, text: string): RecordedRequest | undefined {
  const { body } = request;
  const { at } = place;
  switch (place.in) {
    case 'path': {
      const [path, query] = splitPath(request.path);
      const segments = path.split('/');
      const number = segmentNumber(request, at);
      // Segment 0 is what stands before the first slash.
      if (number < 1 || segments[number] === undefined) return undefined;
      segments[number] = encoded(text);
      return { ...request, path: segments.join('/') + (query === undefined ? '' : `?${query}`) };
    }
    case 'query': {
      const [path, query] = splitPath(request.path);
      const changed = withPair(query, at, text);
      return changed === undefined ? undefined : { ...request, path: `${path}?${changed}` };
    }
    case 'header': {
      const name = at.toLowerCase();
      const headers = request.headers ?? [];
      const before = headers.find(([other]) => other.toLowerCase() === name)?.[1];
      const prefix =
        before === undefined ? (name === 'authorization' ? 'Bearer ' : '') : (scheme.exec(before)?.[0] ?? '');
      return {
        ...request,
        headers: [...headers.filter(([other]) => other.toLowerCase() !== name), [name, prefix + text]],
      };
    }
    case 'form':
      return isForm(body) ? withBody(request, body, withPair(body.data, at, text)) : undefined;
    case 'json':
      return isJson(body) ? withBody(request, body, withJsonLeaf(body.data, at, text)) : undefined;
    case 'body': {
      const span = body?.encoding === 'utf8' ? new RegExp(at, 'd').exec(body.data)?.indices?.[1] : undefined;
      if (body === undefined || span === undefined) return undefined;
      return withBody(request, body, body.data.slice(0, span[0]) + text + body.data.slice(span[1]));
    }
  }
}

function withBody(request: RecordedRequest, body: Body, data: string | undefined): RecordedRequest | undefined {
  return data === undefined ? undefined : { ...request, body: { ...body, data } };
}

/** Place in `path.split('/')`, where 0 is the empty text before the first slash; -1 when the route has no such parameter. */
function segmentNumber(request: RecordedRequest, at: string): number {
  return /^\d{1,4}$/.test(at) ? Number(at) + 1 : request.route.split('/').indexOf(at);
}

function splitPath(path: string): [path: string, query: string | undefined] {
  const mark = path.indexOf('?');
  return mark < 0 ? [path, undefined] : [path.slice(0, mark), path.slice(mark + 1)];
}

function pairs(text: string | undefined): [name: string, value: string][] {
  if (text === undefined || text === '') return [];
  return text.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [decoded(pair), ''] : [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))];
  });
}

function withPair(text: string | undefined, name: string, value: string): string | undefined {
  if (text === undefined) return undefined;
  let found = false;
  const changed = text.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    if (equals < 0 || decoded(pair.slice(0, equals)) !== name) return pair;
    found = true;
    return `${pair.slice(0, equals)}=${encoded(value)}`;
  });
  return found ? changed.join('&') : undefined;
}

function decoded(text: string): string {
  return decodePercent(text.replaceAll('+', ' '));
}

function encoded(text: string): string {
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'));
}

function isForm(body: Body | undefined): body is Body {
  return body?.encoding === 'utf8' && /^application\/x-www-form-urlencoded\b/i.test(body.mime);
}

function isJson(body: Body | undefined): body is Body {
  return body?.encoding === 'utf8' && (/\bjson\b/i.test(body.mime) || (body.mime === '' && /^\s*[[{]/.test(body.data)));
}
