import type { IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

export interface HttpRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | null;
  verifyTls: boolean;
  /** Until connected, and between two pieces of the response. */
  connectTimeoutMs: number;
  readTimeoutMs: number;
  signal: AbortSignal;
}

export interface HttpResponse {
  status: number;
  /** Named as they were sent; repeated ones joined by a comma. */
  headers: Record<string, string>;
  text: string;
}

/** `timeout`: it took too long; `connection`: it broke. */
export class RequestFailed extends Error {
  readonly kind: 'timeout' | 'connection';

  constructor(kind: RequestFailed['kind'], message: string) {
    super(message);
    this.name = 'RequestFailed';
    this.kind = kind;
  }
}

const largestBody = 10_000_000;

/**
 * One request on a connection of its own, without following redirections.
 * @throws RequestFailed; the signal's reason
 */
export async function send(given: HttpRequest): Promise<HttpResponse> {
  const { url, method, headers, body, verifyTls, connectTimeoutMs, readTimeoutMs, signal } = given;
  signal.throwIfAborted();
  const secure = url.protocol === 'https:';
  return await new Promise((resolve, reject) => {
    const outgoing = (secure ? requestHttps : requestHttp)(url, {
      method,
      headers: { 'User-Agent': 'shakedown', Accept: '*/*', 'Accept-Encoding': 'gzip, deflate', ...headers },
      agent: false,
      rejectUnauthorized: verifyTls,
      signal,
    });
    const fail = (error: Error) => reject(signal.aborted ? signal.reason : error);
    const late = () => outgoing.destroy(new RequestFailed('timeout', 'it took too long'));
    let timer = setTimeout(late, connectTimeoutMs);
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(late, readTimeoutMs);
    };
    outgoing.on('socket', (socket) => socket.once(secure ? 'secureConnect' : 'connect', heard));
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('error', (error) =>
      fail(error instanceof RequestFailed ? error : new RequestFailed('connection', error.message)),
    );
    outgoing.on('response', (incoming) => {
      heard();
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        heard();
        bytes += chunk.length;
        if (bytes > largestBody) outgoing.destroy(new RequestFailed('connection', 'the response has more than 10 MB'));
        else chunks.push(chunk);
      });
      incoming.on('error', () => fail(new RequestFailed('connection', 'the connection broke within the response')));
      incoming.on('end', () => {
        try {
          resolve({ status: incoming.statusCode ?? 0, headers: headersOf(incoming), text: decoded(incoming, chunks) });
        } catch (error) {
          fail(new RequestFailed('connection', `the response cannot be unpacked: ${(error as Error).message}`));
        }
      });
    });
    outgoing.end(body ?? undefined);
  });
}

function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const there = Object.keys(headers).find((other) => other.toLowerCase() === name.toLowerCase());
    if (there === undefined) headers[name] = value;
    else headers[there] += `, ${value}`;
  }
  return headers;
}

function decoded(incoming: IncomingMessage, chunks: Buffer[]): string {
  const body = Buffer.concat(chunks);
  if (body.length === 0) return '';
  const encoding = incoming.headers['content-encoding'];
  if (encoding === 'gzip') return gunzipSync(body).toString('utf8');
  if (encoding === 'deflate') return inflateSync(body).toString('utf8');
  return (encoding === 'br' ? brotliDecompressSync(body) : body).toString('utf8');
}
