import type { CapacityResult } from '../../model/capacity.ts';
import { LatencyHistogram } from '../../stats/histogram.ts';

export interface ClosedLoopInput {
  origin: string;
  path: string;
  headers: Record<string, string>;
  connections: number;
  durationMs: number;
  requestTimeoutMs: number;
  signal: AbortSignal;
}

/**
 * Asks for one path again and again over a fixed number of connections with autocannon, each as soon as its last answer came: a closed loop, whose
 * rate the target sets. Answers of 4xx and 5xx do not count.
 */
export async function closedLoop(input: ClosedLoopInput): Promise<NonNullable<CapacityResult['closedLoop']>> {
  const { origin, path, headers, connections, signal } = input;
  const { default: autocannon } = await import('autocannon');
  const times = new LatencyHistogram();
  let good = 0;
  const began = performance.now();
  const instance = autocannon(
    {
      url: origin,
      connections,
      duration: Math.max(1, Math.round(input.durationMs / 1000)),
      timeout: Math.max(1, Math.ceil(input.requestTimeoutMs / 1000)),
      requests: [{ method: 'GET', path, headers }],
    },
    () => {},
  );
  instance.on('response', (_client, status, _bytes, serviceMs) => {
    times.record(serviceMs * 1000);
    if (status < 400) good++;
  });
  const onAbort = () => instance.stop();
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  await new Promise<void>((resolve) => instance.once('done', () => resolve()));
  signal.removeEventListener('abort', onAbort);
  const seconds = (performance.now() - began) / 1000;
  const p95Us = times.percentile(95);
  return {
    connections,
    ratePerSecond: Math.round((10 * good) / seconds) / 10,
    p95Ms: p95Us === null ? null : p95Us / 1000,
  };
}
