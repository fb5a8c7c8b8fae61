import { randomBytes } from 'node:crypto';
import { type Agent, type IncomingHttpHeaders, request as openHttp } from 'node:http';
import { request as openHttps } from 'node:https';
import { isWrongStatus } from '../../../model/sample.ts';
import { sideOf } from '../switch/traffic-switch.ts';

/** What is under way when traffic is moved. `replay`: any request of the recording. */
export type Kind =
  | 'replay'
  | 'slow GET'
  | 'slow upload'
  | 'POST'
  | 'idle keep-alive'
  | 'HTTP/2 stream'
  | 'WebSocket'
  | 'cookie session';

/** One request, as its client saw it. Times are of the run's clock, ms. */
export interface Sent {
  readonly id: string;
  readonly kind: Kind;
  readonly method: string;
  /** `GET /products/:id` */
  readonly label: string;
  /** When it was due; it was sent then, or when an answer that it needs was there. */
  readonly dueMs: number;
  readonly sentMs: number;
  readonly endMs: number;
  /** 0: there was no answer. */
  readonly status: number;
  /** Who answered, as the switch says; null: nobody, or the switch itself. */
  readonly instance: string | null;
  /** Why it failed; null: it did not. */
  readonly error: string | null;
  /** On a connection that had been used before. */
  readonly reused: boolean;
}

/** A request that has come to its end. @param answered its head; empty: there was none */
export function sentOf(
  sent: Omit<Sent, 'instance'>,
  answered: Readonly<Record<string, string | string[] | number | undefined>>,
): Sent {
  const instance = answered['x-shakedown-instance'];
  return { ...sent, instance: typeof instance === 'string' && instance !== '' ? instance : null };
}

/** Of each request one of its own; the switch and the instances note it. */
export function nextId(): string {
  return `${run}-${(count++).toString(36)}`;
}

/** Side that answered; empty where nobody knows. */
export function answeredBy({ instance }: Pick<Sent, 'instance'>): string {
  return instance === null ? '' : sideOf(instance);
}

export interface Asking {
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer | null;
  kind: Kind;
  label: string;
  dueMs: number;
  /** Recorded status; 0: unknown. */
  expected: number;
  agent: Agent;
  /** The body is sent in pieces over so many ms; absent: at once. */
  overMs?: number;
  /** Whether the answer's body is wanted. */
  wantsBody: boolean;
  /** Called when the request is on its way: its head, at least. */
  onSent?(): void;
}

export interface Answer {
  sent: Sent;
  headers: IncomingHttpHeaders;
  body: string;
}

export const timeoutMs = 30_000;
const pieces = 10;
const run = randomBytes(4).toString('hex');
let count = 0;

/**
 * Sends one request, once. Node's client never sends one again by itself, so what a server or a switch loses is seen here and not hidden.
 * @param now the run's clock
 */
export function ask(asking: Asking, now: () => number): Promise<Answer> {
  const { url, method, kind, label, dueMs, expected, agent, body, overMs } = asking;
  const id = nextId();
  const sentMs = now();
  return new Promise((resolve) => {
    const open = url.startsWith('https:') ? openHttps : openHttp;
    const headers: Record<string, string> = { ...asking.headers, 'x-request-id': id };
    if (body !== null) headers['content-length'] = String(Buffer.byteLength(body));
    const outgoing = open(url, { method, headers, agent });
    let settled = false;
    const settle = (status: number, error: string | null, answered: IncomingHttpHeaders, text: string) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      const sent = sentOf(
        { id, kind, method, label, dueMs, sentMs, endMs: now(), status, error, reused: outgoing.reusedSocket },
        answered,
      );
      resolve({ sent, headers: answered, body: text });
    };
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer in ${timeoutMs / 1000} s`)), timeoutMs);
    outgoing.on('error', (error: NodeJS.ErrnoException) => settle(0, wordsOf(error), {}, ''));
    outgoing.on('response', (incoming) => {
      const status = incoming.statusCode ?? 0;
      const parts: string[] = [];
      incoming.setEncoding('utf8');
      incoming.on('data', (part: string) => {
        if (asking.wantsBody) parts.push(part);
      });
      incoming.on('error', (error: NodeJS.ErrnoException) => settle(status, wordsOf(error), incoming.headers, ''));
      incoming.on('end', () => {
        const isConditional = 'if-none-match' in headers || 'if-modified-since' in headers;
        const wrong = isWrongStatus(status, expected, isConditional);
        const error = wrong ? `status ${status}${expected > 0 ? `, recorded ${expected}` : ''}` : null;
        settle(status, incoming.complete ? error : 'the answer was cut off', incoming.headers, parts.join(''));
      });
      incoming.on('close', () => settle(status, 'the answer was cut off', incoming.headers, ''));
    });
    if (body !== null && overMs !== undefined) trickle(outgoing, body, overMs);
    else outgoing.end(body ?? undefined);
    asking.onSent?.();
  });
}

function trickle(outgoing: ReturnType<typeof openHttp>, body: string | Buffer, overMs: number): void {
  const whole = Buffer.from(body);
  const size = Math.max(1, Math.ceil(whole.length / pieces));
  let at = 0;
  const timer = setInterval(() => {
    if (outgoing.destroyed) {
      clearInterval(timer);
      return;
    }
    outgoing.write(whole.subarray(at, at + size));
    at += size;
    if (at >= whole.length) {
      clearInterval(timer);
      outgoing.end();
    }
  }, overMs / pieces);
  outgoing.flushHeaders();
}

/** Why there was no answer. */
export function wordsOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNRESET') return 'connection reset';
  return code === undefined ? message : code.toLowerCase();
}
