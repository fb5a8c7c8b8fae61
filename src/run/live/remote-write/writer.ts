import type { LiveMetric } from '../../../domains/live.ts';
import type { RemoteWrite } from '../../../model/config.ts';
import { ShakedownError } from '../../../model/error.ts';
import { asSentence } from '../../../report-kit/text.ts';
import { type RemoteSample, snappyLiterals, writeRequest } from './encode.ts';

/** At the usual 15 s what an hour needs: a receiver that is gone for longer loses the oldest. */
const batchesAtMost = 240;
const timeoutMs = 5000;
/** At the end of a run nobody waits longer for a receiver. */
const lastMs = 5000;

export interface RemoteWriter {
  /** Sends what there is one last time and ends. @returns what became of the samples */
  end(): Promise<{ sent: number; dropped: number }>;
}

export interface RemoteWriterOptions {
  /** Whether there is something to send. */
  isOn(): boolean;
  /** Added to every series. */
  labels(): Record<string, string>;
  warn(text: string): void;
  env: NodeJS.ProcessEnv;
}

/**
 * Sends metrics to a receiver of Prometheus remote write, in batches that wait their turn while it cannot be reached. It never
 * holds up or ends a run: what does not fit is dropped, oldest first, and counted; the first failure is reported, and the sum at the end.
 * @throws ShakedownError METRICS_TOKEN when the token's environment variable is not set
 */
export function startRemoteWrite(
  metrics: () => readonly LiveMetric[],
  { url, headers, tokenEnv, everyMs }: RemoteWrite,
  { isOn, labels, warn, env }: RemoteWriterOptions,
): RemoteWriter {
  const token = tokenEnv === null ? undefined : env[tokenEnv];
  if (tokenEnv !== null && !token) {
    throw new ShakedownError('METRICS_TOKEN', `metrics.remoteWrite.tokenEnv names ${tokenEnv}, which is not set.`, {
      hint: `Set ${tokenEnv}, or leave tokenEnv out.`,
    });
  }
  const all = {
    ...headers,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    'content-type': 'application/x-protobuf',
    'content-encoding': 'snappy',
    'x-prometheus-remote-write-version': '0.1.0',
    'user-agent': 'shakedown',
  };
  const waiting: RemoteSample[][] = [];
  let sent = 0;
  let dropped = 0;
  let warned = false;
  let stampedMs = 0;
  let sending: Promise<void> | null = null;

  const trouble = (why: string) => {
    if (!warned)
      warn(
        `${asSentence(`Metrics cannot be delivered to ${url}: ${why}`)} The run does not wait for it; what is lost is counted.`,
      );
    warned = true;
  };
  const gather = async () => {
    if (!isOn()) return;
    // A receiver refuses what is older than what it has: a clock that was set back must not be seen.
    stampedMs = Math.max(Date.now(), stampedMs + 1);
    waiting.push(samplesOf(metrics(), labels(), stampedMs));
    while (waiting.length > batchesAtMost) dropped += waiting.shift()?.length ?? 0;
  };
  /** Sends what waits, oldest first, until there is none or the receiver cannot take it now. */
  const flush = async (signal?: AbortSignal) => {
    for (let batch = waiting[0]; batch !== undefined; batch = waiting[0]) {
      const answer = await post(url, all, snappyLiterals(writeRequest(batch)), signal);
      if (answer !== null) trouble(answer.why);
      if (answer?.again === true) return;
      // While it was on its way the oldest may have been dropped.
      if (waiting[0] === batch) waiting.shift();
      if (answer === null) sent += batch.length;
      else dropped += batch.length;
    }
  };
  const push = (signal?: AbortSignal) => {
    sending ??= flush(signal).finally(() => {
      sending = null;
    });
    return sending;
  };
  const timer = setInterval(
    () =>
      void gather()
        .then(() => push())
        .catch((error: Error) => trouble(error.message)),
    everyMs,
  );
  timer.unref();
  return {
    async end() {
      clearInterval(timer);
      await gather();
      const signal = AbortSignal.timeout(lastMs);
      await Promise.race([sending, aborted(signal)]);
      await Promise.race([push(signal), aborted(signal)]);
      dropped += waiting.splice(0).reduce((sum, batch) => sum + batch.length, 0);
      if (dropped > 0) warn(`${dropped} of ${sent + dropped} metric samples were not delivered to ${url}.`);
      return { sent, dropped };
    },
  };
}

/** Sends one batch. @returns null when it was taken, else why not and whether to try again */
async function post(
  url: string,
  headers: Record<string, string>,
  body: Buffer,
  signal?: AbortSignal,
): Promise<{ why: string; again: boolean } | null> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const {
      status,
      ok,
      body: answer,
    } = await fetch(url, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
      // Headers can be secrets: they go nowhere else.
      redirect: 'error',
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
    await answer?.cancel();
    // The specification: only these are worth another try.
    return ok ? null : { why: `status ${status}`, again: status >= 500 || status === 429 };
  } catch (error) {
    const { cause, name, message } = error as Error & { cause?: { code?: string; message?: string } };
    return {
      why: cause?.code ?? cause?.message ?? (name === 'TimeoutError' ? 'no answer in time' : message),
      again: true,
    };
  }
}

function samplesOf(
  metrics: readonly LiveMetric[],
  labels: Record<string, string>,
  timestampMs: number,
): RemoteSample[] {
  return metrics.flatMap(({ name, samples }) =>
    samples.map(({ suffix = '', labels: own, value }) => ({
      ...{ name: `${name}${suffix}`, labels: { ...labels, ...own }, value, timestampMs },
    })),
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
