import { openTalk, type Talk } from '../../../src/domains/chaos/toxiproxy/talk.ts';
import { seeded } from '../../random.ts';

/** Where a question is asked: host:port, and a path that is answered at once. */
export interface Way {
  listen: string;
  path: string;
}

export interface PairedOptions {
  faulted: Way;
  /** The same way but for the fault. */
  control: Way;
  isNew: boolean;
  pairs: number;
  /** Pairs that are measured side by side. */
  atOnce: number;
  /** Longer than any answer. */
  withinMs: number;
}

/** The middle of some differences, and where the middle of all such lies at 95 %, ms. */
export interface Middle {
  median: number;
  low: number;
  high: number;
}

/**
 * Asks the same question of both ways, one right after the other, in random order, so that what a busy machine adds meets both alike.
 * @returns the difference of each pair, faulted − control, ms; without those of which one was not answered
 */
export async function pairedDifferences(options: PairedOptions): Promise<number[]> {
  const { faulted, control, isNew, pairs, atOnce } = options;
  const random = seeded(pairs * 7 + (isNew ? 1 : 0));
  const differences: number[] = [];
  let begun = 0;
  const lane = async () => {
    const [slow, fast] = [await asker(faulted, options), await asker(control, options)];
    if (!isNew) for (const ask of [slow, fast]) await ask();
    while (begun++ < pairs) {
      const first = random() < 0.5;
      const before = first ? Number.NaN : await fast();
      const with_ = await slow();
      const difference = with_ - (first ? await fast() : before);
      if (Number.isFinite(difference)) differences.push(difference);
    }
    slow.close();
    fast.close();
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return differences;
}

/** By order statistics, so without any notion of how the noise is distributed. */
export function middleOf(values: readonly number[]): Middle {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (rank: number) => sorted[Math.max(0, Math.min(sorted.length - 1, rank))] ?? Number.NaN;
  const half = sorted.length / 2;
  const reach = (1.96 * Math.sqrt(sorted.length)) / 2;
  const median = (at(Math.ceil(half) - 1) + at(Math.floor(half))) / 2;
  return { median, low: at(Math.floor(half - reach)), high: at(Math.ceil(half + reach) - 1) };
}

interface Asker {
  (): Promise<number>;
  close(): void;
}

/** Asks on one connection, or each time on a new one; not a number where there is no answer. */
async function asker({ listen, path }: Way, { isNew, withinMs }: PairedOptions): Promise<Asker> {
  const question = Buffer.from(`HEAD ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  const kept = isNew ? null : await openTalk(listen);
  const askOn = async (talk: Talk) => {
    const { end, firstMs } = await talk.exchange(question, () => true, withinMs);
    return end === 'answered' && firstMs !== null ? firstMs : Number.NaN;
  };
  const ask = async () => {
    if (kept !== null) return askOn(kept);
    const talk = await openTalk(listen);
    try {
      return await askOn(talk);
    } finally {
      talk.destroy();
    }
  };
  return Object.assign(ask, { close: () => kept?.destroy() });
}
