/**
 * Name of a run: `2026-11-20T0900-7f3a`, UTC to the minute, so that names sort by time and hold no colon.
 * @param random 0…65535, distinguishes runs of the same minute
 */
export function runId(nowMs: number, random: number): string {
  const minute = new Date(nowMs).toISOString().slice(0, 16).replace(':', '');
  return `${minute}-${random.toString(16).padStart(4, '0')}`;
}
