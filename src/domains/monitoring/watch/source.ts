import type { MetricDescription } from '../../../model/watch.ts';

/** What one source of figures says at a moment. */
export interface Reading {
  /** All that it can read now; the same id always means the same thing. */
  metrics: MetricDescription[];
  /** By metric id, in the metric's unit; what could not be read is left out. */
  values: Record<string, number>;
  /** For the timeline: a process went away, another took its place. */
  marks: string[];
  /** The same of the target's processes, for the verdict. */
  processes: { name: string; state: 'gone' | 'back' | 'restarted' }[];
  /** Why something could not be read; the same words again are the same trouble. */
  troubles: string[];
}

export interface WatchSource {
  /**
   * Reads all figures once; rates are over the time since the last reading, so the first one has none.
   * @param atMs of a clock that never jumps back
   */
  read(atMs: number): Reading | Promise<Reading>;
}

/** Gathers a reading: each value beside its description, rates from what was last seen. */
export class ReadingBuilder {
  readonly reading: Reading = { metrics: [], values: {}, marks: [], processes: [], troubles: [] };

  add(metric: MetricDescription, value: number | null | undefined): void {
    this.reading.metrics.push(metric);
    if (value !== null && value !== undefined && Number.isFinite(value)) this.reading.values[metric.id] = value;
  }
}

/** Turns growing counts into rates; a count that fell was reset, so that interval has no rate. */
export class Rates {
  #last = new Map<string, { atMs: number; total: number }>();

  /** Per second since the last call with this key; null the first time and after a restart. */
  of(key: string, atMs: number, total: number): number | null {
    const last = this.#last.get(key);
    this.#last.set(key, { atMs, total });
    if (last === undefined || atMs <= last.atMs || total < last.total) return null;
    return ((total - last.total) * 1000) / (atMs - last.atMs);
  }
}

/**
 * Waits a moment only for a source that asks over the network: figures that come later are given with the next reading, so that a target that
 * does not answer holds no other figure up.
 */
export function unhurried(source: WatchSource, waitMs: number): WatchSource {
  let underWay: Promise<Reading> | null = null;
  return {
    async read(atMs) {
      underWay ??= Promise.resolve(source.read(atMs));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<null>((resolve) => {
        timer = setTimeout(resolve, waitMs, null);
      });
      const reading = await Promise.race([underWay, late]);
      clearTimeout(timer);
      if (reading === null) return new ReadingBuilder().reading;
      underWay = null;
      return reading;
    },
  };
}
