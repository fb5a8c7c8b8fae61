import type { Extraction } from '../../../model/plan.ts';
import type { Body, RecordedRequest } from '../../../model/traffic.ts';
import { jsonLeaves, parseJson } from './json-leaves.ts';

/** A value of a response and how to take it from the live one. */
export interface GivenValue {
  from: Extraction['from'];
  /** For this response. */
  expression: string;
  /** The same for all responses of the route: array positions are `*`. */
  shape: string;
  value: string;
}

const headerThatMayGive = /^(?:etag|last-modified|authorization|x-.*|.*(?:token|csrf|xsrf).*)$/;
const mostLinks = 500;

/** Values that a recorded response gives. Set-Cookie is not among them: cookies live with their session. */
export function givenValues(request: RecordedRequest): GivenValue[] {
  const found: GivenValue[] = [];
  const give = (from: Extraction['from'], expression: string, value: string, shape = expression) => {
    if (value !== '' && value.length <= 4096) found.push({ from, expression, shape, value });
  };
  // Bodies first: where both say it, a field is a plainer source than a part of a Location.
  if (request.response?.body?.encoding === 'utf8') bodyValues(request.response.body, give);
  for (const [name, value] of request.response?.headers ?? []) {
    const lower = name.toLowerCase();
    if (lower === 'location') locationValues(value, give);
    else if (headerThatMayGive.test(lower)) give('header', lower, value);
  }
  return found;
}

type Give = (from: Extraction['from'], expression: string, value: string, shape?: string) => void;

function bodyValues({ mime, data }: Body, give: Give): void {
  if (/\bjson\b/i.test(mime) || (mime === '' && /^\s*[[{]/.test(data))) {
    for (const leaf of jsonLeaves(parseJson(data))) give('json', leaf.path, leaf.value, leaf.shape);
  } else if (/\bhtml\b/i.test(mime) || /^\s*</.test(data)) {
    htmlValues(data, give);
  }
}

/** Segments and query values of a Location: the whole of it is never put into a path, it may name another host. */
function locationValues(location: string, give: Give): void {
  const [path = '', query] =
    location
      .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
      .split('#', 1)[0]
      ?.split('?', 2) ?? [];
  for (const [i, segment] of path.split('/').slice(1).entries()) {
    if (/\d|.{16}/.test(segment)) {
      give('header', `location ^(?:[a-z][a-z0-9+.-]*://[^/?#]*)?(?:/[^/?#]*){${i}}/([^/?#]+)`, segment);
    }
  }
  for (const pair of query?.split('&') ?? []) {
    const [name = '', value = ''] = pair.split('=', 2);
    if (name !== '') give('header', `location [?&]${escaped(name)}=([^&#]+)`, value);
  }
}

function htmlValues(html: string, give: Give): void {
  for (const [tag] of html.matchAll(/<input\b[^<>]{0,4096}>/gi)) {
    const name = attribute(tag, 'name');
    if (name !== undefined && /\btype\s*=\s*["']?hidden/i.test(tag))
      give('html-input', name, attribute(tag, 'value') ?? '');
  }
  for (const [tag] of html.matchAll(/<meta\b[^<>]{0,4096}>/gi)) {
    const name = attribute(tag, 'name');
    const content = attribute(tag, 'content');
    if (name === undefined || content === undefined || !/token|csrf|xsrf|nonce/i.test(name)) continue;
    const named = `\\bname=["']${escaped(name)}["']`;
    const valued = `\\bcontent=["']([^"']*)["']`;
    const nameFirst = tag.search(/\bname\s*=/i) < tag.search(/\bcontent\s*=/i);
    give('regex', `<meta\\b[^>]*${nameFirst ? `${named}[^>]*${valued}` : `${valued}[^>]*${named}`}`, content);
  }
  // Of several links of one kind a pattern finds the first, so only that one counts.
  const seen = new Set<string>();
  let links = 0;
  for (const [, link = ''] of html.matchAll(/\b(?:href|action)=["']([^"'?#]{1,2048})/gi)) {
    if (++links > mostLinks) break;
    const segments = link.replace(/^https?:\/\/[^/]*/i, '').split('/');
    for (let i = 2; i < segments.length; i++) {
      const value = segments[i] ?? '';
      const before = segments[i - 1] ?? '';
      if (!/\d/.test(value) || before === '') continue;
      const pattern = `\\b(?:href|action)=["'][^"'?#]*/${escaped(before)}/([^/"'?#]*\\d[^/"'?#]*)`;
      if (seen.has(pattern)) continue;
      seen.add(pattern);
      give('regex', pattern, value);
    }
  }
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(tag);
  return (found?.[1] ?? found?.[2])
    ?.replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
