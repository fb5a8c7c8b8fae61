import { LoadAccounting } from '../../../src/domains/load/accounting/accounting.ts';
import { sampleWords } from '../../../src/model/sample.ts';
import { judged, type Measure, within } from '../measure.ts';
import { replay } from '../replay.ts';
import { startTarget } from '../target.ts';
import { burstyTrace } from '../trace.ts';

const ratePerSecond = 300;
/** On each side of a hand-over. */
const nearMs = 1000;
const binMs = 10;

/** Whether the arrivals tell when one k6 process took over from another. */
export const seam: Measure = {
  name: 'seam',
  limitMinutes: 3,
  async run(context) {
    const legMs = context.quick ? 5000 : 6000;
    const legs = context.quick ? 3 : 8;
    const durationMs = legs * legMs;
    // Independent sessions at a steady rate: what is seen at a seam is the seam's.
    const trace = burstyTrace({ seed: 11, durationMs, requestsPerSecond: ratePerSecond, sigma: 0 });
    const target = await startTarget();
    const dueMs: number[] = [];
    const sentMs: number[] = [];
    const starts: number[] = [];
    // Listens in on the samples on their way to the accounting.
    const enter = LoadAccounting.prototype.samples;
    LoadAccounting.prototype.samples = function (this: LoadAccounting, words, from, to, originMs = 0, source = 0) {
      for (let at = from; at < to; at += sampleWords) {
        const plannedUs = (words[at] as number) * 10 + originMs * 1000;
        const lateUs = words[at + 1] as number;
        // Where the target held a session up, due is when it let it go on.
        dueMs.push((plannedUs + lateUs - (words[at + 2] as number)) / 1000);
        sentMs.push((plannedUs + lateUs) / 1000);
      }
      enter.call(this, words, from, to, originMs, source);
    };
    try {
      const on = { generatorStarted: ({ atMs }: { atMs: number }) => void starts.push(atMs) };
      await replay(context, target.url, trace, { load: 'relayed', fields: { handOverMs: legMs }, on });
    } finally {
      LoadAccounting.prototype.samples = enter;
      await target.stop();
    }
    if (starts.length !== legs) throw new Error(`${starts.length} k6 processes, not ${legs}.`);
    const lastMs = durationMs - 3000;
    const isNear = (ms: number) => {
      const from = ms % legMs;
      return (from < nearMs && ms > legMs / 2) || (from >= legMs - nearMs && ms < durationMs - legMs / 2);
    };
    // The run's own beginning and end are no seams.
    const isFar = (ms: number) => !isNear(ms) && ms >= nearMs && ms < lastMs;
    const near = figures(dueMs, sentMs, durationMs, isNear);
    const far = figures(dueMs, sentMs, durationMs, isFar);
    const counts = near.count / far.count;
    const dispersion = near.dispersion / far.dispersion;
    const how = `${legs - 1} hand-overs, one every ${legMs / 1000} s, the second before and after each against the rest; ${sentMs.length} requests, ${ratePerSecond}/s; sent ÷ due near a hand-over, over the same far from it`;
    const rows = [
      judged('counts around a relay hand-over ÷ far from it', within(0.95, 1.05), counts, counts.toFixed(4), how),
      judged(
        'dispersion at 10 ms around a hand-over ÷ far from it',
        within(0.95, 1.05),
        dispersion,
        dispersion.toFixed(3),
        `of sent ÷ of due: ${near.dispersion.toFixed(3)} near, ${far.dispersion.toFixed(3)} far`,
      ),
    ];
    return { rows, raw: { starts, near, far } };
  },
};

/** Of what was sent over what was due, in the bins that `wanted` chooses: number, and variance ÷ mean of the counts. */
function figures(
  dueMs: readonly number[],
  sentMs: readonly number[],
  durationMs: number,
  wanted: (ms: number) => boolean,
): { count: number; dispersion: number; requests: number } {
  const bins = Math.ceil(durationMs / binMs);
  const counted = (times: readonly number[]) => {
    const counts = new Uint32Array(bins);
    for (const ms of times) {
      const bin = Math.floor(ms / binMs);
      if (bin >= 0 && bin < bins) counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return [...counts].filter((_, bin) => wanted(bin * binMs));
  };
  const [due, sent] = [moments(counted(dueMs)), moments(counted(sentMs))];
  return { count: sent.sum / due.sum, dispersion: sent.dispersion / due.dispersion, requests: sent.sum };
}

function moments(counts: readonly number[]): { sum: number; dispersion: number } {
  const sum = counts.reduce((all, n) => all + n, 0);
  const mean = sum / counts.length;
  const variance = counts.reduce((all, n) => all + (n - mean) ** 2, 0) / counts.length;
  return { sum, dispersion: variance / mean };
}
