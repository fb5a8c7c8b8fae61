const portionMs = 15_000;
const atMost = 40;

/**
 * How many copies promtool is given at once: as many as it judges in some seconds, so that its start is paid for once and none runs into its limit.
 * @param oneMs how long the copy without a change took, ms
 */
export function howManyAtOnce(oneMs: number): number {
  return Math.max(1, Math.min(atMost, Math.floor(portionMs / Math.max(1, oneMs))));
}
