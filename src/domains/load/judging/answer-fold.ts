import type { AnswerCounts } from '../../../model/answers.ts';
import { sampleFlags } from '../../../model/sample.ts';
import { FlagCounts } from '../flag-counts.ts';

/** Of fewer bodies a median says little. */
const sizesAtLeast = 20;
const routesAtMost = 100_000;

type Difference = 'otherType' | 'emptied' | 'otherShape' | 'changed' | 'unread';

/** What was answered by one route. */
export class AnswerTally extends FlagCounts {
  readonly statuses = new Map<string, { recorded: number; got: number; count: number }>();
  readonly sizes = new Map<number, number>();
  readonly examples = new Map<Difference, string>();

  /** Median of the bodies' bytes, to within a fifth; null: too few. */
  get bytes(): number | null {
    const steps = [...this.sizes].sort((a, b) => a[0] - b[0]);
    const all = steps.reduce((sum, [, count]) => sum + count, 0);
    if (all < sizesAtLeast) return null;
    let before = 0;
    const step = steps.find(([, count]) => {
      before += count;
      return before >= all / 2;
    });
    return step === undefined ? null : 2 ** (step[0] / 2);
  }

  get answered(): number {
    return [...this.statuses.values()].reduce((sum, { count }) => sum + count, 0);
  }
}

/** Adds up what the journal says of answers. */
export class AnswerFold {
  readonly routes: AnswerTally[] = [];
  /** Requests in all events. */
  counted = 0;

  add({ statuses, differing, sizes, examples }: AnswerCounts): void {
    for (const [route, recorded, got, count] of statuses) {
      this.counted += count;
      const own = this.#of(route)?.statuses;
      const key = `${recorded} ${got}`;
      const known = own?.get(key);
      if (known !== undefined) known.count += count;
      else own?.set(key, { recorded, got, count });
    }
    for (const [route, compared, otherType, emptied, shaped, otherShape, changed, unread = 0] of differing) {
      const own = this.#of(route);
      if (own === undefined) continue;
      own.compared += compared;
      own.otherType += otherType;
      own.emptied += emptied;
      own.shaped += shaped;
      own.otherShape += otherShape;
      own.changed += changed;
      own.unread += unread;
    }
    for (const [route, step, count] of sizes) {
      const own = this.#of(route)?.sizes;
      own?.set(step, (own.get(step) ?? 0) + count);
    }
    for (const [route, flags, text] of examples) {
      const kind = (['otherType', 'emptied', 'otherShape', 'changed', 'unread'] as const).find(
        (one) => (flags & sampleFlags[one]) !== 0,
      );
      const own = this.#of(route)?.examples;
      if (kind !== undefined && own !== undefined && !own.has(kind)) own.set(kind, text);
    }
  }

  #of(route: number): AnswerTally | undefined {
    if (!Number.isSafeInteger(route) || route >= routesAtMost) return undefined;
    let tally = this.routes[route];
    if (tally === undefined) {
      tally = new AnswerTally();
      this.routes[route] = tally;
    }
    return tally;
  }
}
