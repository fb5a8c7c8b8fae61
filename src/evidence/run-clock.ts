/**
 * The run's clock, counted on the machine's monotonic one: a wall clock that is set while the run goes on moves nothing on its timeline.
 */
export class RunClock {
  #zeroAtMs: number | null = null;

  /** @param zeroMs when it reads, or read, zero, on the wall clock as it stands now */
  set(zeroMs: number): void {
    this.#zeroAtMs = performance.now() - (Date.now() - zeroMs);
  }

  /** Milliseconds; negative before the run's start, and while that is not known. */
  nowMs(): number {
    return this.#zeroAtMs === null ? Number.NEGATIVE_INFINITY : performance.now() - this.#zeroAtMs;
  }
}
