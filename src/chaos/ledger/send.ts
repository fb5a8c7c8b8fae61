import { Agent as HttpAgent, type IncomingMessage, request as openHttp } from 'node:http';
import { Agent as HttpsAgent, request as openHttps } from 'node:https';
import { ShakedownError } from '../../model/error.ts';

/** `unsent`: no connection was made, so nothing can have happened. `broken`: something may have. */
export type Answer =
  | { kind: 'answered'; status: number; body: string }
  | { kind: 'unsent'; reason: string }
  | { kind: 'broken'; reason: string };

export interface Request {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

export interface SenderOptions {
  /** Origin, and a path before all paths. */
  baseUrl: string;
  /** `host` or `host:port`, lower case. */
  allowHosts: readonly string[];
  headers: Record<string, string>;
  timeoutMs: number;
  /** Of HTTPS: `ca`, `cert`, `key`. */
  tls?: { ca?: Buffer; cert?: Buffer; key?: Buffer };
}

export type Sender = ReturnType<typeof createSender>;

/** Errors that come before there is a connection. */
const beforeConnection = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const maxBodyBytes = 16 * 1024 * 1024;

/**
 * Sends single requests to one host, and follows no redirect.
 * @throws ShakedownError TARGET_NOT_ALLOWED
 */
export function createSender({ baseUrl, allowHosts, headers, timeoutMs, tls }: SenderOptions) {
  const base = new URL(baseUrl);
  if (!allowHosts.includes(base.host) && !allowHosts.includes(base.hostname)) {
    throw new ShakedownError('TARGET_NOT_ALLOWED', `${baseUrl} may not be written to: ${base.host} is not allowed.`, {
      hint: 'Add it to target.allowHosts if it is yours to test.',
    });
  }
  const secure = base.protocol === 'https:';
  const options = { keepAlive: true, maxSockets: 64 };
  const agent = secure ? new HttpsAgent({ ...options, ...tls }) : new HttpAgent(options);
  const prefix = base.pathname.replace(/\/$/, '');
  const open = secure ? openHttps : openHttp;

  return {
    send: (request: Request, signal?: AbortSignal): Promise<Answer> =>
      new Promise((resolve) => {
        const { body } = request;
        const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
        const outgoing = open({
          host: base.hostname.replace(/^\[|\]$/g, ''),
          port: base.port || (secure ? 443 : 80),
          path: prefix + request.path,
          method: request.method,
          agent,
          headers: { ...headers, ...request.headers, ...length },
        });
        const timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
        const stop = () => outgoing.destroy(new Error('stopped'));
        signal?.addEventListener('abort', stop, { once: true });
        const end = (answer: Answer) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', stop);
          resolve(answer);
        };
        const failed = (error: NodeJS.ErrnoException) => {
          const { code = '', message } = error;
          const unsent = beforeConnection.has(code) && (error.syscall === 'connect' || error.syscall === 'getaddrinfo');
          end({ kind: unsent ? 'unsent' : 'broken', reason: code === '' ? message : code });
        };
        outgoing.on('error', failed);
        outgoing.on('response', (incoming) => read(incoming, end, failed));
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** An answer counts when all of it has come: a status line before a cut says little of what is behind it. */
function read(incoming: IncomingMessage, end: (answer: Answer) => void, failed: (error: Error) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBodyBytes) incoming.destroy(new Error('an answer above 16 MB'));
    chunks.push(chunk);
  });
  incoming.on('error', failed);
  incoming.on('end', () => {
    if (!incoming.complete) failed(new Error('cut off'));
    else end({ kind: 'answered', status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
  });
}
