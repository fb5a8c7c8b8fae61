import type { TestInfo } from '@playwright/test';

/** Playwright's own way, by which it stops the clock while a test is paused; not of its public interface. */
interface Stoppable {
  _setIgnoreTimeouts?(isIgnored: boolean): void;
}

/**
 * Stops the test's clock: its time is for the scenario.
 * @param longestMs after which it goes on anyway, where it can only be put forward
 * @returns what lets it go on
 */
export function stopClock(testInfo: TestInfo, longestMs: number): () => void {
  const own = testInfo as unknown as Stoppable;
  if (typeof own._setIgnoreTimeouts === 'function') {
    own._setIgnoreTimeouts(true);
    return () => own._setIgnoreTimeouts?.(false);
  }
  const { timeout } = testInfo;
  if (timeout === 0) return () => {};
  const startedAt = performance.now();
  testInfo.setTimeout(timeout + longestMs);
  return () => testInfo.setTimeout(timeout + Math.ceil(performance.now() - startedAt));
}
