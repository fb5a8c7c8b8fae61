import { request as openHttp } from 'node:http';
import { request as openHttps } from 'node:https';
import type { TlsOptions } from '../../../environment/tls.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { Answer } from './answer.ts';

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** It carries somebody's credentials: then only a certificate that is trusted will do. */
  readonly isConfidential?: boolean;
}

export interface Asker {
  readonly baseUrl: string;
  readonly isHttps: boolean;
  /** Sends one request, follows nothing, and never throws for what the target does. @param path begins with `/`, sent as it is */
  ask(path: string, question?: Question): Promise<Answer>;
  /**
   * Asks for the root page where the last requests were left hanging: if it has an answer, asking goes on; if not, nothing more is asked.
   * What hangs on some paths alone, as a filter does on what it takes for an attack, costs those only.
   */
  settle(): Promise<void>;
  /** Requests that were sent, how many of them had no answer, and why the last of these had none; and how many a limit refused (429). */
  tally(): { sent: number; unanswered: number; problem: string; limited: number };
}

/** Of the body of an answer. */
export const keptBytes = 256 * 1024;
const usualTimeoutMs = 10_000;
/** After so many requests in a row without an answer in time the target is left alone. */
const mostHanging = 3;
/** A check that needs more than all of these is wrong: the target is somebody's system. */
const mostRequests = 400;

/**
 * Asks one address only, a request at a time of each caller.
 * @param headers that the target wants with every request
 * @throws ShakedownError SECURITY_HOST where the address is not one of the configuration's
 */
export function createAsker(
  baseUrl: string,
  about: {
    allowHosts: readonly string[];
    headers: Readonly<Record<string, string>>;
    tls: TlsOptions;
    signal: AbortSignal;
    /** How long an answer may take; 10 s when absent. */
    timeoutMs?: number;
  },
): Asker {
  const base = new URL(baseUrl);
  if (!about.allowHosts.includes(base.host) && !about.allowHosts.includes(base.hostname)) {
    throw new ShakedownError('SECURITY_HOST', `${base.host} is not looked at: it is not in target.allowHosts.`, {
      hint: 'Add it to target.allowHosts if it is yours to test.',
    });
  }
  const isHttps = base.protocol === 'https:';
  const { timeoutMs = usualTimeoutMs } = about;
  const inTime = `no answer within ${timeoutMs / 1000} s`;
  let [sent, unanswered, problem, hanging, isLeft, limited] = [0, 0, '', 0, false, 0];
  const ask = (path: string, question: Question = {}): Promise<Answer> => {
    const { method = 'GET', headers = {}, body, isConfidential = false } = question;
    const failed = (why: string): Answer => {
      unanswered++;
      problem = why;
      if (why === inTime) hanging++;
      return { path, method, status: 0, headers: new Map(), body: '', problem: why };
    };
    about.signal.throwIfAborted();
    if (++sent > mostRequests) return Promise.resolve(failed(`more than ${mostRequests} requests would be needed`));
    if (isLeft || hanging >= mostHanging)
      return Promise.resolve(failed(`not asked, as ${mostHanging} requests in a row had ${inTime}`));
    return new Promise((resolve) => {
      const outgoing = (isHttps ? openHttps : openHttp)({
        ...about.tls,
        host: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port === '' ? (isHttps ? 443 : 80) : Number(base.port),
        method,
        path: `${base.pathname.replace(/\/$/, '')}${path}`,
        headers: {
          host: base.host,
          'user-agent': 'shakedown-security/1',
          accept: '*/*',
          ...about.headers,
          ...headers,
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        },
        // What a certificate is worth has a check of its own; the others look at answers all the same.
        rejectUnauthorized: isConfidential,
        agent: false,
        signal: AbortSignal.any([about.signal, AbortSignal.timeout(timeoutMs)]),
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) =>
        resolve(failed(error.name === 'AbortError' ? inTime : (error.code ?? error.message))),
      );
      outgoing.on('response', (incoming) => {
        hanging = 0;
        if (incoming.statusCode === 429) limited++;
        const chunks: Buffer[] = [];
        let bytes = 0;
        const end = () => {
          const { rawHeaders } = incoming;
          const byName = new Map<string, string[]>();
          for (let i = 0; i < rawHeaders.length; i += 2) {
            const name = (rawHeaders[i] as string).toLowerCase();
            byName.set(name, [...(byName.get(name) ?? []), rawHeaders[i + 1] as string]);
          }
          const text = Buffer.concat(chunks).subarray(0, keptBytes).toString('utf8');
          resolve({ path, method, status: incoming.statusCode ?? 0, headers: byName, body: text, problem: null });
        };
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes < keptBytes) return;
          end();
          outgoing.destroy();
        });
        incoming.on('end', end);
        incoming.on('error', end);
      });
      outgoing.end(body);
    });
  };
  const settle = async () => {
    if (isLeft || hanging < mostHanging) return;
    hanging = 0;
    isLeft = (await ask('/')).problem === inTime;
  };
  return { baseUrl, isHttps, ask, settle, tally: () => ({ sent, unanswered, problem, limited }) };
}
