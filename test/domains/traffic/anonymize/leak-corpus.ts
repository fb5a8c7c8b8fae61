import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { isPublicText } from '../../../../src/domains/traffic/anonymize/public-words.ts';
import { decodePercent } from '../../../../src/model/percent-encoding.ts';
import type { Header, RecordedRequest, RecordedSession } from '../../../../src/model/traffic.ts';
import { type Person, people } from './people.ts';
import { json, request, session } from './request.ts';

export const count = 1000;
export const all = people(count);
const enc = encodeURIComponent;
export const fields: readonly (keyof Person)[] = Object.keys(all[0] ?? {}) as (keyof Person)[];

/** Requests with a person's data in about 60 places; which ones turns from person to person, so that each value is used once or a few times. */
function places(who: Person): ((value: string, name: keyof Person) => RecordedRequest)[] {
  const form = (data: string) => ({ mime: 'application/x-www-form-urlencoded', encoding: 'utf8' as const, data });
  const literal = (path: string) => request(path, { route: path });
  const header = (name: string, value: string) => request('/status', { headers: [[name, value] as Header] });
  const answer = (mime: string, data: string) => ({ response: { body: { mime, encoding: 'utf8' as const, data } } });
  const packed = (bytes: Buffer, coding: string) =>
    request('/import', {
      method: 'POST',
      headers: [['content-encoding', coding]],
      body: { mime: 'application/json', encoding: 'base64', data: bytes.toString('base64') },
    });
  return [
    ...['users', 'patients', 'orders', 'reset', 'invite', 'customers', 'employees', 'profiles', 'files'].map(
      (segment) => (value: string) => literal(`/${segment}/${enc(value)}`),
    ),
    (value) => literal(`/${enc(value)}`),
    (value) => literal(`/api/v1/members/${enc(value)}/orders/${enc(value)}`),
    (value) => literal(`/verify;code=${enc(value)}`),
    (value) => request(`/products/${enc(value)}`, { route: '/products/:slug' }),
    (value) => literal(`/born/${enc(value)}/near`),
    ...['q', 'name', 'lat', 'mac', 'dob', 'email', 'plate', 'id', 'redirect'].map(
      (name) => (value: string) => request(`/search?${name}=${enc(value)}&page=2`),
    ),
    (value) => request(`/search?${enc(value)}`),
    (value) => request(`/search?${enc(value)}=1`),
    (value) => request(`/go?to=${enc(`https://example.org/users/${enc(value)}?x=${enc(value)}`)}`),
    (value) => request('/form', { method: 'POST', body: form(`note=${enc(value)}&${enc(value)}=on`) }),
    (value) => request('/form', { method: 'POST', body: form(`text=${enc(`please call ${value} today`)}`) }),
    (value) => request('/api/notes', { method: 'POST', body: json({ note: value, list: [value, `see ${value}.`] }) }),
    (value) => request('/api/notes', { method: 'POST', body: json({ [value]: { [value]: 1 } }) }),
    (value) => request('/api/notes', { method: 'POST', body: json({ inner: JSON.stringify({ deep: value }) }) }),
    (value) =>
      request('/api/notes', {
        method: 'POST',
        body: json({ blob: Buffer.from(JSON.stringify({ a: value })).toString('base64') }),
      }),
    (value) =>
      request('/text', {
        method: 'POST',
        body: { mime: 'text/plain', encoding: 'utf8', data: `to ${value}, from ${who.last}` },
      }),
    (value) =>
      request('/text', {
        method: 'POST',
        body: { mime: 'application/xml', encoding: 'utf8', data: `<a><b c="${value}">${value}</b></a>` },
      }),
    (value) =>
      request('/upload', {
        method: 'POST',
        body: {
          mime: 'multipart/form-data; boundary=xx12345678yy',
          encoding: 'utf8',
          data: `--xx12345678yy\r\nContent-Disposition: form-data; name="${enc(value)}"; filename="${enc(value)}.txt"\r\n\r\n${value}\r\n--xx12345678yy--\r\n`,
        },
      }),
    (value) => packed(gzipSync(JSON.stringify({ note: value })), 'gzip'),
    (value) => packed(brotliCompressSync(JSON.stringify({ note: value })), 'br'),
    ...[
      'x-user',
      'x-note',
      'accept-language',
      'range',
      'x-requested-with',
      'user-agent',
      'forwarded',
      'x-forwarded-for',
      'x-forwarded-host',
    ].map(
      (name) => (value: string) =>
        header(name, name === 'forwarded' ? `for="${enc(value)}";host=${enc(value)}.org` : enc(value)),
    ),
    (value) =>
      header(
        `x-${
          value
            .normalize('NFKD')
            .replace(/[^A-Za-z]/g, '')
            .toLowerCase() || 'none'
        }`,
        '1',
      ),
    (value) => header('cookie', `theme=${enc(value)}; ${enc(value)}=1`),
    (value) => header('authorization', `Basic ${Buffer.from(`${value}:${who.token}`).toString('base64')}`),
    (value) => header('referer', `https://www.shop.org/users/${enc(value)}?q=${enc(value)}`),
    (value) => header('content-security-policy', `default-src 'self' https://${enc(value)}.org`),
    (value) =>
      request(
        '/page',
        answer(
          'text/html',
          `<form action="/users/${enc(value)}"><input type="hidden" name="ref" value="${value}"></form><a href="/patients/${enc(value)}">x</a>`,
        ),
      ),
    (value) =>
      request('/page', answer('application/json', JSON.stringify({ data: [{ title: value, about: `of ${value}` }] }))),
    (value) => request('/page', answer('application/x-ndjson', `{"a":"${value}"}\n{"b":"${value}"}\n`)),
    (value) =>
      request('/page', {
        response: {
          headers: [
            ['location', `/users/${enc(value)}`],
            ['set-cookie', `who=${enc(value)}; Path=/${enc(value)}`],
          ],
        },
      }),
  ];
}

/** One session a person: each value in several of the places, and in some sessions that of the person before, so that few clients share it. */
export function peopleSessions(): RecordedSession[] {
  return all.map((who, n) => {
    const here = places(who);
    const neighbour = all[(n + 1) % count] ?? who;
    const requests = fields.flatMap((field, index) => {
      // Half of what a person has, so that it runs in seconds; the other half is of the next one.
      if ((index + n) % 2 === 0) return [];
      const at = n * fields.length + index * 7;
      return [
        here[at % here.length]?.(who[field], field),
        n % 3 === 1 ? here[(at + n + 3) % here.length]?.(who[field], field) : undefined,
        n % 3 === 0 ? here[(at + 11) % here.length]?.(neighbour[field], field) : undefined,
      ].filter((made): made is RecordedRequest => made !== undefined);
    });
    return session(n, ...requests);
  });
}

/** Everything that a file of the result says, with what is packed in it unpacked. */
export async function contents(folder: string): Promise<string> {
  const out: string[] = [];
  for (const name of await readdir(folder)) {
    const bytes = await readFile(join(folder, name));
    out.push(name.endsWith('.gz') ? gunzipSync(bytes).toString('utf8') : bytes.toString('latin1'));
  }
  return out.join('\n');
}

export function unpacked(result: readonly RecordedSession[]): string[] {
  const out: string[] = [];
  for (const { requests } of result) {
    for (const { headers, body, response } of requests) {
      for (const one of [body, response?.body]) {
        if (one?.encoding !== 'base64') continue;
        const bytes = Buffer.from(one.data, 'base64');
        const coding = headers?.find(([name]) => name === 'content-encoding')?.[1];
        out.push(
          (coding === 'br' ? brotliDecompressSync(bytes) : coding === 'gzip' ? gunzipSync(bytes) : bytes).toString(
            'utf8',
          ),
        );
      }
    }
  }
  return out;
}

export const isDate = (field: string) => field.startsWith('birth');

/** Long enough not to be met by chance, and no word that is public. */
const isTelling = (value: string) =>
  value.length >= (/^[\x20-\x7e]*$/.test(value) ? 6 : /[\u3040-\u9fff\uac00-\ud7a3]/.test(value) ? 2 : 4) &&
  !isPublicText(value);

/** What is found of the wanted texts in a long one, by their first characters so that it is read once. */
export function found(wanted: ReadonlySet<string>, inText: string): Set<string> {
  const beginning = 3;
  const by = new Map<string, string[]>();
  for (const one of wanted) by.set(one.slice(0, beginning), [...(by.get(one.slice(0, beginning)) ?? []), one]);
  const out = new Set<string>();
  for (let at = 0; at + beginning <= inText.length; at++) {
    for (const one of by.get(inText.slice(at, at + beginning)) ?? []) if (inText.startsWith(one, at)) out.add(one);
  }
  return out;
}

/** A request without its percent encoding and base64. */
export function plain(request: RecordedRequest | undefined): string {
  const written = JSON.stringify(request);
  const packed = request === undefined ? [] : unpacked([session(0, request)]);
  return [decodePercent(written.replace(/%(?![\da-f]{2})/gi, '%25')), ...packed].join('\n');
}

/** Ways in which a value may stand in a text. */
export const encodings: [string, (value: string) => string][] = [
  ['as they are', (value) => value],
  ['percent-encoded', enc],
  ['form-encoded', (value) => enc(value).replaceAll('%20', '+')],
  [
    'with JSON escapes',
    (value) =>
      JSON.stringify(value)
        .slice(1, -1)
        .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ],
  ['in base64', (value) => Buffer.from(value).toString('base64').replace(/=+$/, '').slice(0, -1)],
  ['in hexadecimal', (value) => Buffer.from(value).toString('hex')],
];

/** Everything of these people that says something of them, in one encoding; without days, which others share. */
export function tellingValues(encode: (value: string) => string): Set<string> {
  const values = new Set<string>();
  for (const who of all) {
    for (const field of fields) {
      const encoded = encode(who[field]);
      if (!isDate(field) && isTelling(who[field]) && encoded.length >= 3) values.add(encoded);
    }
  }
  return values;
}
