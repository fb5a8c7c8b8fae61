import type { RunFacts } from '../model/run-facts.ts';
import type { Interval } from '../model/verdict.ts';

/** What was found for one objective, in its unit. */
export interface Measurement {
  /** null: nothing was measured. */
  value: number | null;
  samples: number;
  /** The interval at a confidence; bounds may be infinite. Absent: the value is not a sample of anything and stands for itself. */
  interval?: (confidence: number) => Interval | null;
  /**
   * The same for the run's own requests only, where `interval` also allows for other moments than those seen. Passing claims that the target
   * holds, at other moments too; failing only says that this run missed it, however rare the cause. Absent: the same as `interval`.
   */
  observed?: (confidence: number) => Interval | null;
  /** Why nothing was measured, as the end of a sentence. */
  absent?: string;
  /** Share of requests that failed or were never sent, 0 … 1: a percentile of the others' times knows nothing of them. */
  unservedShare?: number;
  /** The same figure from what not even a saturated generator can cause; absent: all of it is such. */
  certain?: Measurement;
  /** The figure without what may have another cause than the target, and that cause as a sentence: what it would not miss then, it is not failed by. */
  excused?: { measurement: Measurement; facts: RunFacts; cause: string };
  /** A sentence more about this figure. */
  note?: string;
  /** What is wrong where the target is missed, a sentence that says more than the figure against its target. */
  reason?: string;
  /** Why a target that is met shows too little, a sentence: what would pass is inconclusive. */
  open?: string;
  /** What would show on which side of the target it is where the interval is on both, as the end of a sentence; absent: a longer run. */
  unclear?: string;
  /** What was seen and what is wanted, in words that say more than a figure: `95 of 96 passed`, `all, in every browser and size`. */
  words?: { observed: string; wanted: string };
}
