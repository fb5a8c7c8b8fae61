import { type Agent, type IncomingMessage, request as openHttp } from 'node:http';
import { request as openHttps } from 'node:https';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { TlsOptions } from '../../../environment/tls.ts';

export interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
  readonly timeoutMs: number;
  readonly bytesAtMost: number;
  readonly tls: TlsOptions;
  readonly agent?: Agent;
  readonly signal: AbortSignal;
}

export interface Received {
  /** 0: there was no answer. */
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Without its content coding. */
  readonly body: Buffer;
  /** It is longer than what is read, it did not end in time, or its content coding cannot be read. */
  readonly isCut: boolean;
  /** Why there was no answer; null: there was one. */
  readonly problem: string | null;
  readonly ms: number;
  /** Last day of the certificate; null: no TLS, or a session that was taken up again. */
  readonly certificateUntil: string | null;
}

/** Sends one request, once. Redirects are not followed; nothing that the answer says is asked for. */
export function send(url: string, { body, signal, ...about }: Sent): Promise<Received> {
  return new Promise((resolve) => {
    const begun = performance.now();
    const chunks: Buffer[] = [];
    let [size, incoming, certificateUntil]: [number, IncomingMessage | null, string | null] = [0, null, null];
    let isSettled = false;
    const settle = (problem: string | null, isCut: boolean) => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      const { headers = {}, statusCode = 0 } = incoming ?? {};
      const whole = Buffer.concat(chunks);
      const plain = isCut ? null : decoded(whole, String(headers['content-encoding'] ?? ''), about.bytesAtMost);
      resolve({
        ...{ status: statusCode, headers, body: plain ?? whole, isCut: plain === null, problem, certificateUntil },
        ms: performance.now() - begun,
      });
    };
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = (url.startsWith('https:') ? openHttps : openHttp)(url, {
      ...{ method: about.method, headers: { ...about.headers, ...length }, signal, ...about.tls },
      ...(about.agent === undefined ? { agent: false } : { agent: about.agent }),
    });
    const timer = setTimeout(() => {
      settle(incoming === null ? `no answer within ${about.timeoutMs / 1000} s` : null, true);
      outgoing.destroy();
    }, about.timeoutMs);
    outgoing.on('error', ({ code, message }: NodeJS.ErrnoException) =>
      settle(incoming === null ? (code ?? message) : null, true),
    );
    outgoing.on('response', (response) => {
      incoming = response;
      const { socket } = response;
      if ('getPeerCertificate' in socket) {
        const until = (socket as unknown as { getPeerCertificate(): { valid_to?: string } }).getPeerCertificate()
          .valid_to;
        if (until !== undefined) certificateUntil = new Date(until).toISOString();
      }
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size <= about.bytesAtMost) return;
        settle(null, true);
        outgoing.destroy();
      });
      response.on('end', () => settle(null, !response.complete));
      response.on('close', () => settle(null, true));
      response.on('error', () => settle(null, true));
    });
    outgoing.end(body ?? undefined);
  });
}

/** null: its content coding cannot be read, or it would be longer than what is read. */
function decoded(body: Buffer, coding: string, maxOutputLength: number): Buffer | null {
  const name = coding.trim().toLowerCase();
  if (name === '' || name === 'identity' || body.length === 0) return body;
  const by = { gzip: gunzipSync, 'x-gzip': gunzipSync, br: brotliDecompressSync, deflate: inflateSync }[name];
  try {
    return by?.(body, { maxOutputLength }) ?? null;
  } catch {
    return null;
  }
}
