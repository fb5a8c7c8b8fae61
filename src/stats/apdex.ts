import type { LatencyHistogram } from './histogram.ts';

/**
 * Apdex (Apdex Alliance, technical specification 1.1): satisfied up to T, tolerating up to 4 T and counted half, the rest frustrated;
 * 0 … 1, null when nothing was asked.
 * @param response response times, µs
 * @param requests all requests, `failed` of which count as frustrated however fast their answers were. Where their times are in
 * `response` too, they are taken as fast ones, so the score is never too good.
 */
export function apdex(
  response: LatencyHistogram,
  thresholdMs: number,
  requests: { completed: number; failed: number },
): number | null {
  const asked = requests.completed + requests.failed;
  if (asked === 0) return null;
  const satisfied = response.countAtOrBelow(thresholdMs * 1000);
  const tolerating = response.countAtOrBelow(4 * thresholdMs * 1000) - satisfied;
  const failedAmong = Math.max(0, response.count - requests.completed);
  return Math.max(0, satisfied - failedAmong + tolerating / 2) / asked;
}
