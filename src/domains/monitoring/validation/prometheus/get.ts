import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Server } from '../server.ts';

export interface Got {
  status: number;
  body: string;
  /** Until the whole answer was there. */
  tookMs: number;
}

const bytesAtMost = 64 << 20;

/**
 * Gets a text from a server of the monitoring; it is only read. Redirects are not followed: they may lead to a host that nobody named. Errors do not name
 * the address: it may hold a token.
 * @param path `/api/v1/query?…`
 * @throws Error in a few words: no answer in time, too large, the system's code
 */
export function get(server: Server, path: string, timeoutMs: number, signal: AbortSignal): Promise<Got> {
  signal.throwIfAborted();
  const { url, headers, caFile } = server;
  const isSecure = url.startsWith('https:');
  const make = isSecure ? httpsRequest : httpRequest;
  const ca = isSecure && caFile !== null ? { ca: readFileSync(caFile) } : {};
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const request = make(`${url}${path}`, { ...ca, headers: { accept: 'application/json', ...headers }, agent: false });
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    const aborted = () => request.destroy(new Error('interrupted'));
    signal.addEventListener('abort', aborted, { once: true });
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > bytesAtMost) request.destroy(new Error(`an answer of more than ${bytesAtMost >> 20} MB`));
        else chunks.push(chunk);
      });
      response.once('error', reject);
      response.once('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, body, tookMs: performance.now() - began });
      });
    });
    request.once('error', (error: NodeJS.ErrnoException) => reject(new Error(error.code ?? error.message)));
    request.once('close', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      reject(new Error('cut off'));
    });
    request.end();
  });
}
