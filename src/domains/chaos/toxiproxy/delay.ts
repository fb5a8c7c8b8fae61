import type { Measurement } from './measure.ts';
import type { Exchange } from './talk.ts';

/** How near the measured delay has to be: 5 %, or 1 ms where that is less. */
const shareOff = 0.05;
const msOff = 1;
const beyondMs = 2_000;

/** The time that a question and its answer take longer than without the fault. */
export function addedDelay<Arguments>(
  of: (args: Arguments) => { delayMs: number; jitterMs: number },
  connections: { connections: number; rounds?: number },
): Measurement<Arguments> {
  const added = (one: Exchange, without: Exchange) => (one.firstMs ?? Number.NaN) - (without.firstMs ?? Number.NaN);
  const bandOf = (args: Arguments) => {
    const { delayMs, jitterMs } = of(args);
    const off = Math.max(msOff, shareOff * delayMs);
    return { low: delayMs - jitterMs - off, high: delayMs + jitterMs + off, off };
  };
  return {
    ...connections,
    compared: true,
    takesMs(args) {
      const { delayMs, jitterMs } = of(args);
      return delayMs + jitterMs;
    },
    expected(args) {
      const { delayMs, jitterMs } = of(args);
      if (jitterMs === 0) return `${delayMs} ms ± ${round(bandOf(args).off)} ms`;
      return `${Math.max(0, delayMs - jitterMs)} to ${delayMs + jitterMs} ms, not all alike`;
    },
    talk(talk, { dialect }, args) {
      const { delayMs, jitterMs } = of(args);
      return talk.exchange(dialect.question, () => true, delayMs + jitterMs + beyondMs);
    },
    shows(one, without, args) {
      // Where it is on some connections only, these are distinguished from the others one by one.
      const least = args.toxicity < 1 ? of(args).delayMs / 4 : 0;
      return added(one, without) >= Math.max(bandOf(args).low, least);
    },
    words: (one, without) => (one.firstMs === null ? `no answer (${one.end})` : `${round(added(one, without))} ms`),
    best: (exchanges) =>
      exchanges.reduce((least, each) =>
        (each.firstMs ?? Number.POSITIVE_INFINITY) < (least.firstMs ?? Number.POSITIVE_INFINITY) ? each : least,
      ),
    together(exchanges, without, args) {
      const all = exchanges.map((one) => added(one, without)).sort((a, b) => a - b);
      const { low, high } = bandOf(args);
      const [least = Number.NaN] = all;
      const { jitterMs } = of(args);
      // Load can only add to a delay, so the least is the nearest to it.
      if (jitterMs === 0) return least <= high ? null : `${round(least)} ms`;
      const middle = all[Math.floor(all.length / 2)] ?? Number.NaN;
      const spread = (all.at(-1) ?? 0) - least;
      if (least >= low && middle <= high && spread >= jitterMs) return null;
      return `${round(least)} to ${round(all.at(-1) ?? Number.NaN)} ms, half below ${round(middle)} ms`;
    },
  };
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
