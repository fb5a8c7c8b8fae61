/** An experiment was asked to end early. */
export class Halted extends Error {
  /** `interrupted`: by the operator or a control; `aborted`: by a stop condition. */
  readonly status: 'interrupted' | 'aborted';

  constructor(status: Halted['status'], reason: string) {
    super(reason);
    this.name = 'Halted';
    this.status = status;
  }
}

const pollMs = 100;

/**
 * Halts an experiment when the operator's signal fires or a stop condition gives a reason.
 * @returns ends the watching
 */
export function haltOn(
  signal: AbortSignal,
  stopWhen: (() => string | null) | undefined,
  halt: AbortController,
): () => void {
  const interrupt = () => {
    const { reason } = signal;
    halt.abort(new Halted('interrupted', reason instanceof Error ? reason.message : 'interrupted'));
  };
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  const poll = setInterval(() => {
    const reason = stopWhen?.() ?? null;
    if (reason !== null) halt.abort(new Halted('aborted', reason));
  }, pollMs);
  return () => {
    clearInterval(poll);
    signal.removeEventListener('abort', interrupt);
  };
}

/** Waits; @throws the signal's reason as soon as it fires. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/**
 * Waits for work no longer than given, and not past the signal.
 * @param limitMs null: as long as it takes
 * @throws the signal's reason; an Error that says how long it was waited for
 */
export async function within<Value>(
  work: Promise<Value>,
  limitMs: number | null,
  signal: AbortSignal,
  late: () => Error,
): Promise<Value> {
  const end = new AbortController();
  const ended = AbortSignal.any([signal, end.signal]);
  // The longest delay that a timer takes.
  const timer = sleep(Math.min(limitMs ?? 2 ** 31 - 1, 2 ** 31 - 1), ended).then(() => {
    throw late();
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, timer]);
  } finally {
    timer.catch(() => {});
    end.abort();
  }
}
