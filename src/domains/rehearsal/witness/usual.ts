/** Response times of a route that are kept to know what is usual. */
const keptAtMost = 2000;
/** Fewer say nothing of the slowest twentieth. */
const keptAtLeast = 20;

/**
 * What is usual for each route on the current version: so that arms whose requests are of different routes can be compared, and a slow route is not taken
 * for a slow version.
 */
export class Usual {
  readonly #routes = new Map<string, { logarithms: number; count: number; times: number[]; limitMs: number }>();

  /** A request that the current version answered. */
  add(route: string, ms: number): void {
    const known = this.#routes.get(route) ?? { logarithms: 0, count: 0, times: [], limitMs: Number.POSITIVE_INFINITY };
    this.#routes.set(route, known);
    known.logarithms += Math.log(Math.max(ms, 0.01));
    known.count++;
    if (known.times.length < keptAtMost) known.times.push(ms);
    else known.times[known.count % keptAtMost] = ms;
    // Now and then is enough: the limit moves little.
    if (known.times.length >= keptAtLeast && known.count % keptAtLeast === 0) {
      const sorted = [...known.times].sort((a, b) => a - b);
      known.limitMs = sorted[Math.floor(0.95 * sorted.length)] ?? Number.POSITIVE_INFINITY;
    }
  }

  /** Logarithm of a time ÷ what is usual; null where nothing is known of the route. */
  relative(route: string, ms: number): number | null {
    const known = this.#routes.get(route);
    return known === undefined ? null : Math.log(Math.max(ms, 0.01)) - known.logarithms / known.count;
  }

  /** Whether it is slower than the slowest twentieth. */
  isSlow(route: string, ms: number): boolean {
    return ms > (this.#routes.get(route)?.limitMs ?? Number.POSITIVE_INFINITY);
  }
}
