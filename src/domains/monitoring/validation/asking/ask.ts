import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

const timeoutMs = 10_000;
const bytesAtMost = 64 << 20;

/** A service of the user's that is asked. */
export interface Service {
  /** Without a slash at its end. */
  url: string;
  headers: Record<string, string>;
  /** PEM file of a CA of the user's own. */
  caFile: string | null;
}

export interface Question {
  method?: 'GET' | 'POST';
  /** With its query, from the slash on. */
  path: string;
  type?: string;
  body?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

export interface Answer {
  status: number;
  text: string;
}

/**
 * Asks once, over a connection of its own. Redirects are not followed: they may lead to a host that nobody named. Errors do not name the address, which
 * may hold a token.
 * @throws Error in a few words: no answer in 10 s, more than 64 MB, no connection
 */
export function ask({ url, headers, caFile }: Service, question: Question): Promise<Answer> {
  const { method = 'GET', path, body, type = 'application/json', signal } = question;
  const https = url.startsWith('https:');
  return new Promise((resolve, reject) => {
    const ca = https && caFile !== null ? { ca: readFileSync(caFile) } : {};
    const sent = body === undefined ? {} : { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) };
    const make = https ? httpsRequest : httpRequest;
    const options = {
      ...{
        ...ca,
        method,
        agent: false,
        headers: { accept: 'application/json', ...headers, ...question.headers, ...sent },
      },
      ...(signal === undefined ? {} : { signal }),
    };
    const request = make(`${url}${path}`, options, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > bytesAtMost) request.destroy(new Error(`more than ${bytesAtMost >> 20} MB`));
        else chunks.push(chunk);
      });
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
      response.once('error', reject);
    });
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    request.once('error', (error: NodeJS.ErrnoException) => reject(new Error(error.code ?? error.message)));
    request.once('close', () => {
      clearTimeout(timer);
      reject(new Error('cut off'));
    });
    request.end(body);
  });
}

/**
 * The JSON of an answer of status 200 to 299.
 * @throws Error in a few words, also for another status and for what is no JSON
 */
export async function askJson(service: Service, question: Question): Promise<unknown> {
  const { status, text } = await ask(service, question);
  if (status < 200 || status > 299) throw new Error(statusText(status, text));
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('its answer is no JSON');
  }
}

/** A status with the first words of the answer, which often say why. */
export function statusText(status: number, text: string): string {
  if (status === 401 || status === 403)
    return `status ${status}: it asks for other credentials than the headers that are configured`;
  const words = text.replace(/\s+/g, ' ').trim().slice(0, 160);
  return words === '' ? `status ${status}` : `status ${status}: ${words}`;
}

/** In a few words, why it failed. */
export function why(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 250) : 'unknown';
}
