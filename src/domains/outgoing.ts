import { setTimeout as sleep } from 'node:timers/promises';
import { readBounded } from '../evidence/bounded-file.ts';

/** What is sent to a service that the configuration names: a forge, a receiver of messages. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; absent: no body. */
  readonly body?: unknown;
  /** For the whole answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface OutgoingAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** At most 8 MB of it. */
  readonly text: string;
}

/** `failed`: no answer came, and why; what was sent may have arrived. `refused`: it did not. Never the address, which may be a secret. */
export type Sent = OutgoingAnswer | { readonly failed: string; readonly refused: boolean };

const answerBytesAtMost = 8_000_000;
/** A receiver that asks for more patience than this is not waited for. */
const patienceMs = 60_000;
const neverArrived = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Why nothing may be sent there, to follow the name of the setting; null: it may. Unencrypted to this machine only. */
export function addressProblem(text: string): string | null {
  if (!URL.canParse(text)) return 'is no address';
  const { protocol, hostname } = new URL(text);
  if (protocol === 'https:') return null;
  if (protocol !== 'http:') return 'is no https:// address';
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname) ? null : 'must begin with https://';
}

/** One request and its answer. Redirects are not followed: what is sent is for the address that was named. */
async function sendOnce({ method, url, headers, body, timeoutMs, signal }: OutgoingRequest): Promise<Sent> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, text: await textOf(answer) };
  } catch (cause) {
    if (signal.aborted) return { failed: 'it was interrupted', refused: false };
    if (timeout.aborted) return { failed: `no answer within ${timeoutMs / 1000} s`, refused: false };
    const { code } = ((cause as Error).cause ?? {}) as { code?: string };
    return { failed: code ?? 'the connection was cut', refused: neverArrived.has(code ?? '') };
  }
}

async function textOf(answer: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of answer.body ?? []) {
    bytes += (piece as Uint8Array).byteLength;
    if (bytes > answerBytesAtMost) break;
    pieces.push(piece as Uint8Array);
  }
  return Buffer.concat(pieces).toString('utf8');
}

export interface Patience {
  readonly tries: number;
  /** What is sent twice counts once there: a reading, or something with a key of its own. Else it is sent again only where it cannot have arrived. */
  readonly mayRepeat: boolean;
  /** Before the second try, ms; doubled before each later one. */
  readonly pauseMs?: number;
}

/** Sends, and again where the receiver says that it is busy: not before `Retry-After`. @returns the last answer */
export async function sendPatiently(
  request: OutgoingRequest,
  { tries, mayRepeat, pauseMs = 500 }: Patience,
): Promise<Sent> {
  for (let tried = 1; ; tried++) {
    const sent = await sendOnce(request);
    const wait = waitFor(sent, mayRepeat, pauseMs * 2 ** (tried - 1));
    if (wait === null || tried >= tries || request.signal.aborted) return sent;
    await sleep(wait, undefined, { signal: request.signal }).catch(() => {});
  }
}

/** How long until it may be sent again; null: not at all. */
function waitFor(sent: Sent, mayRepeat: boolean, pauseMs: number): number | null {
  if ('failed' in sent) return mayRepeat || sent.refused ? pauseMs : null;
  const { status, headers } = sent;
  const asked = retryAfterMs(headers, Date.now());
  // Busy: the request was not taken.
  const isBusy = status === 429 || status === 503 || (status === 403 && (asked !== null || isUsedUp(headers)));
  if (!isBusy) return mayRepeat && status >= 500 ? pauseMs : null;
  const wait = asked ?? pauseMs;
  return wait > patienceMs ? null : wait;
}

function isUsedUp(headers: Headers): boolean {
  return headers.get('x-ratelimit-remaining') === '0';
}

/** ms from now, by `Retry-After` or by GitHub's time of reset; null: neither was said. */
function retryAfterMs(headers: Headers, nowMs: number): number | null {
  const after = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(after)) return Number(after) * 1000;
  const at = after === '' ? Number.NaN : Date.parse(after);
  if (!Number.isNaN(at)) return Math.max(0, at - nowMs);
  const reset = headers.get('x-ratelimit-reset') ?? '';
  if (isUsedUp(headers) && /^\d{1,12}$/.test(reset)) return Math.max(0, Number(reset) * 1000 - nowMs);
  return null;
}

const secretBytesAtMost = 64 * 1024;

/** Where a secret is kept: the name of an environment variable, or a file. */
export interface SecretPlace {
  readonly env: string | null;
  /** Absolute path. */
  readonly file: string | null;
}

/** @returns `problem`: why it cannot be had, to follow the name of the setting; it never holds the secret */
export async function readSecret({ env, file }: SecretPlace): Promise<{ value: string } | { problem: string }> {
  if (file !== null) {
    const bytes = await readBounded(file, secretBytesAtMost).catch((cause: Error) => cause);
    if (bytes instanceof Error) return { problem: `names a file that cannot be used: ${bytes.message}` };
    const text = bytes.toString('utf8');
    return text.trim() === '' ? { problem: 'names a file that is empty' } : { value: text.trim() };
  }
  if (env === null) return { problem: 'names no environment variable and no file' };
  const value = process.env[env]?.trim() ?? '';
  return value === '' ? { problem: `names the environment variable ${env}, which is not set` } : { value };
}
