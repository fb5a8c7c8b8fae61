import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as openHttp } from 'node:http';
import { Agent as HttpsAgent, request as openHttps } from 'node:https';
import { ShakedownError } from '../../../model/error.ts';

/** `unsent`: no connection was made, so nothing can have happened. `broken`: something may have. */
export type Answer =
  /** `header`: its value by lower-case name; absent where none is kept. */
  | { kind: 'answered'; status: number; body: string; header?: (name: string) => string | undefined }
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

  const fixed = {
    host: base.hostname.replace(/^\[|\]$/g, ''),
    port: base.port || (secure ? 443 : 80),
    agent,
  };
  const underWay = new WeakMap<AbortSignal, Set<Sending>>();

  return {
    send: (request: Request, signal?: AbortSignal): Promise<Answer> =>
      new Promise((resolve) => {
        const { method, body } = request;
        const all: Record<string, string> = { ...headers, ...request.headers };
        if (body !== undefined) all['content-length'] = String(Buffer.byteLength(body));
        const outgoing = open({ ...fixed, path: prefix + request.path, method, headers: all });
        new Sending(outgoing, resolve, timeoutMs, signal === undefined ? null : togetherOn(signal, underWay)).end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** One listener a signal, however many requests come and go: to add and remove one for each costs as much as its headers. */
function togetherOn(signal: AbortSignal, underWay: WeakMap<AbortSignal, Set<Sending>>): Set<Sending> {
  const known = underWay.get(signal);
  if (known !== undefined && !signal.aborted) return known;
  const together = new Set<Sending>();
  underWay.set(signal, together);
  const stopAll = () => {
    for (const one of together) one.stop('stopped');
  };
  if (signal.aborted) queueMicrotask(stopAll);
  else signal.addEventListener('abort', stopAll, { once: true });
  return together;
}

/** One request under way. Methods, not closures: this is most of what following writes costs. */
class Sending {
  readonly #outgoing: ClientRequest;
  readonly #resolve: (answer: Answer) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #together: Set<Sending> | null;
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(
    outgoing: ClientRequest,
    resolve: (answer: Answer) => void,
    timeoutMs: number,
    together: Set<Sending> | null,
  ) {
    this.#outgoing = outgoing;
    this.#resolve = resolve;
    this.#together = together?.add(this) ?? null;
    this.#timer = setTimeout(Sending.#late, timeoutMs, this, timeoutMs);
  }

  static #late(sending: Sending, timeoutMs: number): void {
    sending.stop(`no answer within ${timeoutMs} ms`);
  }

  end(body: string | undefined): void {
    this.#outgoing.on('error', (error: NodeJS.ErrnoException) => this.#failed(error));
    this.#outgoing.on('response', (incoming) => this.#read(incoming));
    this.#outgoing.end(body);
  }

  stop(reason: string): void {
    this.#outgoing.destroy(new Error(reason));
  }

  /** An answer counts when all of it has come: a status line before a cut says little of what is behind it. */
  #read(incoming: IncomingMessage): void {
    incoming.on('data', (chunk: Buffer) => {
      this.#size += chunk.length;
      if (this.#size > maxBodyBytes) incoming.destroy(new Error('an answer above 16 MB'));
      this.#chunks.push(chunk);
    });
    incoming.on('error', (error) => this.#failed(error));
    incoming.on('end', () => {
      if (!incoming.complete) this.#failed(new Error('cut off'));
      else {
        const header = (name: string) => [incoming.headers[name]].flat()[0];
        this.#settle({ kind: 'answered', status: incoming.statusCode ?? 0, body: this.#text(), header });
      }
    });
  }

  #text(): string {
    const [only] = this.#chunks;
    if (only === undefined) return '';
    return this.#chunks.length === 1 ? only.toString('utf8') : Buffer.concat(this.#chunks).toString('utf8');
  }

  #failed({ code = '', syscall, message }: NodeJS.ErrnoException): void {
    const unsent = beforeConnection.has(code) && (syscall === 'connect' || syscall === 'getaddrinfo');
    this.#settle({ kind: unsent ? 'unsent' : 'broken', reason: code === '' ? message : code });
  }

  #settle(answer: Answer): void {
    clearTimeout(this.#timer);
    this.#together?.delete(this);
    this.#resolve(answer);
  }
}
