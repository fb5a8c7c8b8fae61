import { createServer } from 'node:net';
import { redact } from '../../watch/redact.ts';

/** What one try of a health check found. */
export interface Outcome {
  ok: boolean;
  /** A few words: what was answered, or why it failed. Holds no secret. */
  detail: string;
}

/** One try. It does not throw for what the other side does: that is an outcome. */
export type Try = (signal: AbortSignal) => Promise<Outcome>;

/** A try that must fail, for something about it is wrong on purpose. */
export interface Control {
  /** What is wrong: `a wrong port`. */
  wrong: string;
  run: Try;
  /** What its outcome says where it failed for that reason and no other. */
  reason: RegExp;
}

/** A health check with the controls that show that it can fail. */
export interface Probe {
  run: Try;
  controls: readonly Control[];
  /** Controls that are not run, with the reason. */
  withheld?: readonly string[];
}

/** Anything that means that nobody answers at an address. */
export const unreachable = /ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|no answer within|cut off/;

/**
 * Runs one try, and makes an outcome of whatever it throws.
 * @param timeoutMs of the whole try
 */
export async function attempt(
  signal: AbortSignal,
  timeoutMs: number,
  body: (signal: AbortSignal) => Promise<string>,
): Promise<Outcome> {
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const both = AbortSignal.any([signal, timeout]);
    const gone = new Promise<never>((_, reject) => {
      both.addEventListener('abort', () => reject(new Error('cut off')), { once: true });
    });
    gone.catch(() => {});
    return { ok: true, detail: redact(await Promise.race([body(both), gone])) };
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) return { ok: false, detail: `no answer within ${timeoutMs / 1000} s` };
    return { ok: false, detail: wordsOf(error) };
  }
}

function wordsOf(error: unknown): string {
  // A name with several addresses fails with one error for each.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const { code, message } = first as NodeJS.ErrnoException;
  const isSystem = typeof code === 'string' && /^E[A-Z]+$/.test(code);
  return redact(isSystem ? code : [code, message].filter(Boolean).join(': '));
}

/** A port of a host at which nobody listens: on this machine one that was free a moment ago, elsewhere 1 (tcpmux), which nothing uses. */
export async function wrongPort(host: string): Promise<number> {
  if (!/^(localhost|127\.|::1$|\[::1\]$)/.test(host)) return 1;
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host.replace(/^\[|\]$/g, ''), () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 1));
    });
  });
}
