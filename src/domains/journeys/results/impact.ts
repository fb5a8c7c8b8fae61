import { amount, grouped } from '../../../gate/words.ts';
import type { LatencyImpact, RecordedJourney } from '../../../model/journeys.ts';
import type { Interval } from '../../../model/verdict.ts';
import { shareDifference } from '../../../stats/compare/shares.ts';
import { LatencyHistogram } from '../../../stats/histogram.ts';
import { decodeHistogramInto } from '../../../stats/payload.ts';
import { tidy } from './shares.ts';

/** Fewer sessions in either half show nothing. */
const sessionsAtLeast = 50;
const nothing: Omit<LatencyImpact, 'sentence'> = {
  splitMs: null,
  fast: null,
  slow: null,
  difference: null,
  slowNow: null,
  change: null,
};

/**
 * Compares the recording's sessions whose first answer was slow with the others, by whether they completed the journey, and carries
 * over to the candidate what its own first answers would mean by it. An association: nobody was made to wait by chance.
 * @param replayed response times of the first step, of the sessions that count
 * @param looks how many journeys are compared: each interval is the wider for it, so that chance alone shows an association in one of them
 * no more often than one time in twenty
 */
export function latencyImpact(
  recorded: RecordedJourney | undefined,
  replayed: LatencyHistogram | undefined,
  looks: number,
): LatencyImpact {
  const converted = decoded(recorded?.firstStep?.converted);
  const lost = decoded(recorded?.firstStep?.lost);
  if (recorded?.firstStep == null || converted === null || lost === null) {
    return { ...nothing, sentence: 'The recording has no response times, so it cannot show what slowness costs.' };
  }
  const all = new LatencyHistogram();
  all.add(converted);
  all.add(lost);
  const splitUs = all.percentile(50) ?? 0;
  const of = (histogram: LatencyHistogram, isSlow: boolean) =>
    isSlow ? histogram.countAbove(splitUs) : histogram.countAtOrBelow(splitUs);
  const half = (isSlow: boolean) => ({ sessions: of(all, isSlow), converted: of(converted, isSlow) });
  const [fast, slow] = [half(false), half(true)];
  const splitMs = splitUs / 1000;
  const known = { ...nothing, splitMs: all.count === 0 ? null : tidy(splitMs), fast, slow };
  if (Math.min(fast.sessions, slow.sessions) < sessionsAtLeast) {
    return { ...known, sentence: `${grouped(all.count)} sessions are too few to show what slowness costs.` };
  }
  const found = shareDifference(counted(fast), counted(slow), 1 - 0.05 / looks);
  const difference = { points: tidy(100 * found.value), interval: percent(found.interval, 100) };
  const slowNow = replayed === undefined || replayed.count === 0 ? null : replayed.countAbove(splitUs) / replayed.count;
  const shift = slowNow === null ? null : slowNow - slow.sessions / all.count;
  const change =
    shift === null ? null : { points: tidy(100 * found.value * shift), interval: percent(found.interval, 100 * shift) };
  return {
    ...known,
    difference,
    slowNow: slowNow === null ? null : tidy(100 * slowNow),
    change,
    sentence: sentenceOf(splitMs, all.count, difference, slowNow, change),
  };
}

function counted({ sessions, converted }: { sessions: number; converted: number }) {
  return { failed: converted, of: sessions };
}

function percent({ low, high, confidence }: Interval, factor: number): Interval {
  const ends = [tidy(low * factor), tidy(high * factor)].sort((a, b) => a - b);
  return { low: ends[0] ?? 0, high: ends[1] ?? 0, confidence };
}

const signed = (value: number) => `${value < 0 ? '−' : value > 0 ? '+' : ''}${Math.abs(value).toFixed(1)}`;
const points = ({ points: value, interval: { low, high } }: NonNullable<LatencyImpact['difference']>) =>
  `${signed(value)} points (${signed(low)} to ${signed(high)})`;

function sentenceOf(
  splitMs: number,
  sessions: number,
  difference: NonNullable<LatencyImpact['difference']>,
  slowNow: number | null,
  change: LatencyImpact['change'],
): string {
  const { low, high } = difference.interval;
  const what = `In the recording, sessions whose first answer took more than ${amount(splitMs, 'ms')} completed the journey`;
  if (low <= 0 && high >= 0) {
    return `${what} as often as the others, as far as ${grouped(sessions)} sessions show: ${points(difference)}. It shows no cost of slowness.`;
  }
  const association = `${what} ${difference.points < 0 ? 'less' : 'more'} often: ${points(difference)}. That is an association, not a cause.`;
  if (slowNow === null || change === null) return association;
  return `${association} If it were a cause, the candidate, with ${amount(tidy(100 * slowNow), '%')} of first answers above that, would change conversion by ${points(change)}.`;
}

function decoded(payload: string | undefined): LatencyHistogram | null {
  const histogram = new LatencyHistogram();
  if (payload === undefined) return null;
  try {
    decodeHistogramInto(payload, histogram);
  } catch {
    return null;
  }
  return histogram;
}
