import { type Agent, type IncomingMessage, request as openHttp } from 'node:http';
import { request as openHttps } from 'node:https';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Answer } from '../compare/answer.ts';

export interface Question {
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer | null;
  agent: Agent;
  timeoutMs: number;
  /** Of the body, as it is sent and as it is read. */
  bytesAtMost: number;
  signal: AbortSignal;
}

/** Sends one request, once, and reads its answer as far as the bounds allow. Redirects are not followed: what a browser did then is in the recording. */
export function ask(question: Question): Promise<Answer> {
  const { url, method, body, agent, timeoutMs, bytesAtMost, signal } = question;
  return new Promise((resolve) => {
    const open = url.startsWith('https:') ? openHttps : openHttp;
    const headers: Record<string, string> = { ...question.headers };
    // A request that was recorded with a body and is sent without one says so.
    if (body !== null) headers['content-length'] = String(Buffer.byteLength(body));
    const [sentAtMs, begun] = [Date.now(), performance.now()];
    const chunks: Buffer[] = [];
    let size = 0;
    let incoming: IncomingMessage | null = null;
    let settled = false;
    const settle = (error: string, cut: Answer['cut']) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      const ms = performance.now() - begun;
      const whole = Buffer.concat(chunks);
      const { bytes, problem } =
        cut === null && error === '' ? plain(whole, incoming, bytesAtMost) : { bytes: whole, problem: null };
      resolve({
        status: incoming?.statusCode ?? 0,
        error: problem === 'broken' ? 'content coding cannot be read' : error,
        headers: incoming === null ? [] : pairs(incoming.rawHeaders),
        body: bytes,
        cut: problem === 'size' ? 'size' : cut,
        ms,
        sentAtMs,
      });
    };
    const outgoing = open(url, { method, headers, agent });
    const stop = () => outgoing.destroy(new Error('interrupted'));
    const timer = setTimeout(() => {
      if (incoming === null) settle(`no answer in ${timeoutMs / 1000} s`, null);
      else settle('', 'time');
      outgoing.destroy();
    }, timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    outgoing.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      const words = code === 'ECONNRESET' ? 'connection reset' : code === undefined ? message : code.toLowerCase();
      settle(incoming === null ? words : 'cut off', null);
    });
    outgoing.on('response', (response) => {
      incoming = response;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size <= bytesAtMost) return;
        settle('', 'size');
        outgoing.destroy();
      });
      response.on('error', () => settle('cut off', null));
      response.on('end', () => settle(response.complete ? '' : 'cut off', null));
      response.on('close', () => settle('cut off', null));
    });
    outgoing.end(body ?? undefined);
  });
}

function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [(raw[2 * i] ?? '').toLowerCase(), raw[2 * i + 1] ?? '']);
}

/** The body without its content coding. */
function plain(
  body: Buffer,
  incoming: IncomingMessage | null,
  maxOutputLength: number,
): { bytes: Buffer; problem: 'size' | 'broken' | null } {
  const coding = String(incoming?.headers['content-encoding'] ?? '')
    .trim()
    .toLowerCase();
  const by = { gzip: gunzipSync, 'x-gzip': gunzipSync, br: brotliDecompressSync, deflate: inflateSync }[coding];
  if (by === undefined || body.length === 0) return { bytes: body, problem: null };
  try {
    return { bytes: by(body, { maxOutputLength }), problem: null };
  } catch (error) {
    const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return { bytes: body, problem: isLarge ? 'size' : 'broken' };
  }
}
