import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

const timeoutMs = 5000;
const bytesAtMost = 8 << 20;

export interface Endpoint {
  headers: Record<string, string>;
  /** PEM file of a CA of the user's own. */
  caFile: string | null;
  /** Gets it from elsewhere; absent: from here. */
  via?: AskVia;
}

/** @throws Error in a word or two */
export type AskVia = (question: {
  url: string;
  headers: Record<string, string>;
  timeoutMs: number;
  bytesAtMost: number;
  tls: { ca?: string };
}) => Promise<{ status: number; body: string }>;

/**
 * Gets a text. Redirects are not followed: they may lead to a host that nobody named. Errors do not name the address: it may hold a token.
 * @throws Error in a few words: no answer in time, too large, a status other than 200
 */
export function ask(url: string, { headers, caFile, via }: Endpoint, accept: string): Promise<string> {
  if (via !== undefined) return askVia(via, url, { accept, ...headers }, caFile);
  const https = url.startsWith('https:');
  const make = https ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const ca = https && caFile !== null ? { ca: readFileSync(caFile) } : {};
    const request = make(url, { ...ca, headers: { accept, ...headers }, agent: false }, (response) => {
      if (response.statusCode !== 200) {
        request.destroy(new Error(`status ${response.statusCode}`));
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > bytesAtMost) request.destroy(new Error(`more than ${bytesAtMost >> 20} MB`));
        else chunks.push(chunk);
      });
      response.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      response.once('error', reject);
    });
    // Of the whole answer: one that trickles in would hold up every figure.
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    request.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(new Error(error.code ?? error.message));
    });
    request.once('close', () => {
      clearTimeout(timer);
      reject(new Error('cut off'));
    });
    request.end();
  });
}

async function askVia(
  via: AskVia,
  url: string,
  headers: Record<string, string>,
  caFile: string | null,
): Promise<string> {
  const tls = caFile === null ? {} : { ca: readFileSync(caFile, 'utf8') };
  const { status, body } = await via({ url, headers, timeoutMs, bytesAtMost, tls });
  if (status !== 200) throw new Error(`status ${status}`);
  return body;
}

/** In a word or two, why it failed. */
export function why(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : 'unknown';
}
