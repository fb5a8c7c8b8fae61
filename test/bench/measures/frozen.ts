import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LatencyHistogram } from '../../../src/stats/histogram.ts';
import { readHistogramLog } from '../../../src/stats/hlog.ts';
import { exactPercentile } from '../compare.ts';
import { type BenchContext, beside, judged, type Measure, notMeasured, type Row, short, within } from '../measure.ts';
import { autocannonP97_5, noWrk, wrkP95 } from '../peers/closed-loop.ts';
import { runPlainK6 } from '../programs.ts';
import { needed, replay } from '../replay.ts';
import { type BenchTarget, startTarget, type TargetLog } from '../target.ts';
import { steadyTrace } from '../trace.ts';

/** Low enough for what has waited to be answered within a few milliseconds once the target goes on. */
const ratePerSecond = 50;
/** As many as wait while it stands still, and half as many again. */
const plainVirtualUsers = 150;

interface Setting {
  seconds: number;
  /** Begins between two arrivals, so that which of them it holds is no matter of chance. */
  freeze: { afterMs: number; forMs: number };
}

/** Whether a target that stands still for two seconds is reported as the users of an open load would have met it. */
export const frozen: Measure = {
  name: 'frozen',
  limitMinutes: 3,
  async run(context) {
    const setting: Setting = context.quick
      ? { seconds: 10, freeze: { afterMs: 4010, forMs: 1500 } }
      : { seconds: 14, freeze: { afterMs: 6010, forMs: 2000 } };
    const { seconds, freeze } = setting;
    const ours = await withTarget(setting, (target) => replayOurs(context, target, seconds));
    context.say(`ours ${JSON.stringify(ours)}`);
    const ratio = ours.reportedMs / ours.trueP95Ms;
    const plain = await withTarget(setting, (target) => plainK6(context, target, seconds));
    const cannon = await withTarget(setting, (target) => autocannonP97_5(target.url, ratePerSecond, seconds));
    const wrk = await withTarget(setting, (target) => wrkP95(target.url, seconds, context.scratch));
    const truth = `true p95 ${short(ours.trueP95Ms)} ms`;
    const peer = (p: number, trueMs: number) => `${short(p / trueMs)} (${short(p)} ms)`;
    const rows: Row[] = [
      judged(
        'reported p95 ÷ analytic p95, target frozen',
        within(0.98, 1.02),
        ratio,
        `${ratio.toFixed(3)} (${short(ours.reportedMs)} ms)`,
        `${ratePerSecond} requests/s for ${seconds} s, frozen for ${freeze.forMs / 1000} s; ${truth}; from response.hlog`,
      ),
      beside(
        'reported p95 ÷ p95 of what the target itself saw',
        `${(ours.reportedMs / ours.seenP95Ms).toFixed(3)} (${short(ours.seenP95Ms)} ms)`,
        'planned arrival to the moment at which the target took the request up, by its own clock; the rest of the way is not in it',
      ),
      beside(
        'the same, plain k6',
        peer(plain, ours.trueP95Ms),
        `constant-arrival-rate, ${plainVirtualUsers} VUs, http_req_duration`,
      ),
      beside(
        'the same, autocannon',
        peer(cannon, ours.trueP97_5Ms),
        `p97.5, for it has no p95 (truth ${short(ours.trueP97_5Ms)} ms); 50 connections at the same rate`,
      ),
      wrk === null
        ? notMeasured('the same, wrk', '–', noWrk)
        : beside('the same, wrk', peer(wrk, ours.trueP95Ms), '50 connections, as fast as they are answered'),
    ];
    return { rows, raw: { setting, ours, plainK6P95Ms: plain, autocannonP97_5Ms: cannon, wrkP95Ms: wrk } };
  },
};

async function withTarget<T>(setting: Setting, use: (target: BenchTarget) => Promise<T>): Promise<T> {
  const target = await startTarget({ freeze: setting.freeze });
  try {
    return await use(target);
  } finally {
    await target.stop();
  }
}

async function replayOurs(context: BenchContext, target: BenchTarget, seconds: number) {
  const trace = steadyTrace(seconds * 1000, ratePerSecond);
  const { startedAtMs, folder } = await replay(context, target.url, trace, { load: 'frozen target' });
  const { frozen, numbers, receivedMs } = await target.take();
  if (frozen === null) throw new Error('The target did not stand still.');
  const whole = await wholeOf(join(folder, 'response.hlog'));
  const service = await wholeOf(join(folder, 'service.hlog'));
  const serviceMs = (service.percentile(50) ?? Number.NaN) / 1000;
  const truth = waits(trace.arrivalsMs, startedAtMs, frozen, serviceMs);
  // When the target got round to each, by its own clock: what it still had to catch up on once it went on is in it.
  const seen = Float64Array.from(receivedMs, (at, i) => at - startedAtMs - (trace.arrivalsMs[numbers[i] ?? 0] ?? 0));
  return {
    seenP95Ms: exactPercentile(seen, 95),
    reportedMs: (whole.percentile(95) ?? Number.NaN) / 1000,
    reportedP99Ms: (whole.percentile(99) ?? Number.NaN) / 1000,
    trueP95Ms: exactPercentile(truth, 95),
    trueP97_5Ms: exactPercentile(truth, 97.5),
    trueP99Ms: exactPercentile(truth, 99),
    serviceMs,
    frozenMs: frozen.toMs - frozen.fromMs,
  };
}

/** What each arrival has to wait, ms: what comes while the target stands still waits for its end. */
function waits(
  arrivalsMs: Float64Array,
  startedAtMs: number,
  frozen: NonNullable<TargetLog['frozen']>,
  serviceMs: number,
) {
  return arrivalsMs.map((at) => {
    const epochMs = startedAtMs + at;
    const held = epochMs >= frozen.fromMs && epochMs < frozen.toMs;
    return serviceMs + (held ? frozen.toMs - epochMs : 0);
  });
}

async function wholeOf(file: string): Promise<LatencyHistogram> {
  const whole = new LatencyHistogram();
  for await (const { tag, histogram } of readHistogramLog(file)) if (tag === 'all') whole.add(histogram);
  return whole;
}

async function plainK6(context: BenchContext, target: BenchTarget, seconds: number): Promise<number> {
  const summary = join(context.scratch, 'constant-rate.json');
  await runPlainK6(needed(context).path, 'constant-rate.js', {
    TARGET: target.url,
    RATE: String(ratePerSecond),
    VUS: String(plainVirtualUsers),
    DURATION: `${seconds}s`,
    SUMMARY: summary,
  });
  const metrics = JSON.parse(await readFile(summary, 'utf8')) as {
    http_req_duration: { values: Record<string, number> };
  };
  return metrics.http_req_duration.values['p(95)'] ?? Number.NaN;
}
