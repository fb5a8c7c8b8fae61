import type { AnswerCounts } from '../../../model/answers.ts';
import type { RouteTally } from '../windows/window.ts';

const examplesAtMost = 500;
const exampleCharacters = 200;

/** Adds up what was answered until it is written down. */
export class AnswerSums {
  readonly #statuses = new Map<number, Map<number, number>>();
  readonly #sizes = new Map<number, Map<number, number>>();
  readonly #differing = new Map<number, number[]>();
  readonly #known = new Set<string>();
  #examples: AnswerCounts['examples'] = [];

  /** @param key `answer <flags> <route>`, as an engine notes it */
  note(key: string, text: string): void {
    if (this.#known.has(key) || this.#known.size >= examplesAtMost) return;
    this.#known.add(key);
    const [, flags = '', route = ''] = key.split(' ');
    this.#examples.push([Number(route), Number(flags), text.slice(0, exampleCharacters)]);
  }

  add(routes: readonly (RouteTally | undefined)[]): void {
    routes.forEach((tally, route) => {
      if (tally === undefined) return;
      addTo(this.#statuses, route, tally.statuses.entries());
      addTo(this.#sizes, route, tally.sizes.entries());
      const { compared, otherType, emptied, shaped, otherShape, changed, unread } = tally.answers;
      if (compared === 0) return;
      const sums = this.#differing.get(route) ?? [0, 0, 0, 0, 0, 0, 0];
      [compared, otherType, emptied, shaped, otherShape, changed, unread].forEach((count, i) => {
        sums[i] = (sums[i] ?? 0) + count;
      });
      this.#differing.set(route, sums);
    });
  }

  /** All since the last call; null: nothing. */
  take(): AnswerCounts | null {
    if (this.#statuses.size === 0) return null;
    const counts: AnswerCounts = {
      statuses: rows(this.#statuses).map(([route, key, count]) => [route, key >>> 16, key & 0xffff, count]),
      differing: [...this.#differing].map(
        ([route, sums]) => [route, ...(sums[6] === 0 ? sums.slice(0, 6) : sums)] as AnswerCounts['differing'][number],
      ),
      sizes: rows(this.#sizes),
      examples: this.#examples,
    };
    for (const map of [this.#statuses, this.#sizes, this.#differing]) map.clear();
    this.#examples = [];
    return counts;
  }
}

function addTo(sums: Map<number, Map<number, number>>, route: number, counts: ReadonlyMap<number, number>): void {
  let own = sums.get(route);
  if (own === undefined) {
    own = new Map();
    sums.set(route, own);
  }
  for (const [key, count] of counts) own.set(key, (own.get(key) ?? 0) + count);
}

function rows(sums: ReadonlyMap<number, ReadonlyMap<number, number>>): [number, number, number][] {
  return [...sums].flatMap(([route, counts]) =>
    [...counts].map(([key, count]): [number, number, number] => [route, key, count]),
  );
}
