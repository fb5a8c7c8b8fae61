import { Agent, request as openRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Body, Header } from '../../model/traffic.ts';
import type { Draws } from './arrivals.ts';

/** One line of the raw recording, in the fields the NDJSON importer reads. */
export interface RawRequest {
  /** Epoch milliseconds, with fraction. */
  time: number;
  method: string;
  url: string;
  requestHeaders: Header[];
  requestBody?: Body;
  status: number;
  durationMs: number;
  responseBytes: number;
  responseHeaders: Header[];
  /** Only where it gave a value that a later request used. */
  responseBody?: Body;
  client: string;
}

export interface Answer {
  status: number;
  text: string;
  location: string;
  /** Notes that a later request uses something of this body, so that it is recorded. */
  keep(): void;
}

export interface VisitorOptions {
  baseUrl: string;
  /** Origin written into the recording in place of `baseUrl`. */
  origin: string;
  client: string;
  userAgent: string;
  language: string;
  draws: Draws;
  signal?: AbortSignal | undefined;
}

export type Visitor = ReturnType<typeof createVisitor>;

const recordedHeaders = new Set([
  'content-type',
  'content-length',
  'set-cookie',
  'location',
  'cache-control',
  'etag',
  'cache-status',
]);
const keptBodyBytes = 64 * 1024;

/** Somebody with a cookie jar and connections of their own, whose every request is written down. */
export function createVisitor(options: VisitorOptions) {
  const { baseUrl, origin, client, userAgent, language, draws, signal } = options;
  const base = new URL(baseUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: 6 });
  const cookies = new Map<string, string>();
  const recorded: RawRequest[] = [];
  let token = '';
  let referer = '';

  const send = (method: string, path: string, headers: Header[], body?: Body): Promise<Answer> =>
    new Promise((resolve, reject) => {
      headers.unshift(['host', new URL(origin).host], ['user-agent', userAgent]);
      if (cookies.size > 0)
        headers.push(['cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')]);
      const data = body?.data ?? '';
      if (body !== undefined) {
        headers.push(['content-type', body.mime], ['content-length', String(Buffer.byteLength(data))]);
      }
      const startedAt = performance.now();
      const time = performance.timeOrigin + startedAt;
      const outgoing = openRequest({
        host: base.hostname,
        port: base.port,
        agent,
        method,
        path,
        headers: Object.fromEntries(headers),
        ...(signal === undefined ? {} : { signal }),
      });
      outgoing.on('error', reject);
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('error', reject);
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString('utf8');
          const line: RawRequest = {
            time: Math.round(time * 1000) / 1000,
            method,
            url: `${origin}${path}`,
            requestHeaders: headers,
            ...(body === undefined ? {} : { requestBody: body }),
            status: incoming.statusCode ?? 0,
            durationMs: Math.round((performance.now() - startedAt) * 1000) / 1000,
            responseBytes: bytes.length,
            responseHeaders: pairs(incoming.rawHeaders).filter(([name]) => recordedHeaders.has(name)),
            client,
          };
          recorded.push(line);
          for (const cookie of incoming.headers['set-cookie'] ?? []) takeCookie(cookies, cookie);
          const mime = incoming.headers['content-type'] ?? '';
          resolve({
            status: line.status,
            text,
            location: incoming.headers.location ?? '',
            keep() {
              if (bytes.length <= keptBodyBytes) line.responseBody = { mime, encoding: 'utf8', data: text };
            },
          });
        });
      });
      outgoing.end(data === '' ? undefined : data);
    });

  const page = async (path: string): Promise<Answer> => {
    const headers: Header[] = [
      ['accept', 'text/html,application/xhtml+xml,*/*;q=0.8'],
      ['accept-language', language],
    ];
    if (referer !== '') headers.push(['referer', referer]);
    const answer = await send('GET', path, headers);
    referer = `${origin}${path}`;
    return answer;
  };

  return {
    recorded,
    draws,
    page,
    /** Style sheet, script and icon of a first visit, side by side as a browser asks for them. */
    async assets() {
      const accept: Header = ['accept', '*/*'];
      const from: Header = ['referer', referer];
      const paths = ['/assets/shop.css', '/assets/shop.js', '/assets/favicon.svg'];
      await Promise.all(paths.map((path) => send('GET', path, [accept, from])));
    },
    /** Sends a form of `shown`, with its CSRF token, and follows the redirect as a browser does. */
    async submit(shown: Answer, path: string, fields: Record<string, string>): Promise<Answer> {
      shown.keep();
      const csrf = /name="csrf" value="([^"]*)"/.exec(shown.text)?.[1] ?? '';
      const data = new URLSearchParams({ csrf, ...fields }).toString();
      const headers: Header[] = [
        ['accept', 'text/html,application/xhtml+xml,*/*;q=0.8'],
        ['accept-language', language],
        ['referer', referer],
      ];
      const mime = 'application/x-www-form-urlencoded';
      const answer = await send('POST', path, headers, { mime, encoding: 'utf8', data });
      return answer.status === 303 ? page(answer.location) : answer;
    },
    /** A call of the JSON API, with the bearer token once there is one. */
    async api(method: 'GET' | 'POST', path: string, value?: unknown): Promise<Answer> {
      const headers: Header[] = [['accept', 'application/json']];
      if (token !== '') headers.push(['authorization', `Bearer ${token}`]);
      if (value === undefined) return send(method, path, headers);
      return send(method, path, headers, {
        mime: 'application/json',
        encoding: 'utf8',
        data: JSON.stringify(value),
      });
    },
    signedIn(answer: Answer) {
      answer.keep();
      token = String((JSON.parse(answer.text) as { token?: unknown }).token ?? '');
    },
    /** Comes from another site. */
    comesFrom(address: string) {
      referer = address;
    },
    /** Reading, deciding, typing: mostly 0.3 to 3 s. */
    async think(factor = 1) {
      const ms = Math.min(6000, Math.max(300, draws.lognormal(1400, 0.55) * factor));
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    },
    close() {
      agent.destroy();
    },
  };
}

function pairs(rawHeaders: readonly string[]): Header[] {
  const headers: Header[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.push([(rawHeaders[index] ?? '').toLowerCase(), rawHeaders[index + 1] ?? '']);
  }
  return headers;
}

function takeCookie(cookies: Map<string, string>, header: string): void {
  const [pair = '', ...attributes] = header.split(';');
  const equals = pair.indexOf('=');
  const name = pair.slice(0, equals).trim();
  if (attributes.some((attribute) => attribute.trim().toLowerCase() === 'max-age=0')) cookies.delete(name);
  else cookies.set(name, pair.slice(equals + 1).trim());
}
