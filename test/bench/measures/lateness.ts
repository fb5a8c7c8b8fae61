import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LoadAccounting } from '../../../src/domains/load/accounting/accounting.ts';
import { sampleWords } from '../../../src/model/sample.ts';
import { type Agreement, agreement, exactPercentile, latenessInOrder } from '../compare.ts';
import {
  atLeast,
  type BenchContext,
  beside,
  judged,
  type Measure,
  notMeasured,
  type Row,
  short,
  within,
} from '../measure.ts';
import { noGoReplay, replayWithGoReplay } from '../peers/goreplay.ts';
import { runPlainK6 } from '../programs.ts';
import { needed, replay } from '../replay.ts';
import { startTarget } from '../target.ts';
import { burstyTrace, type Trace } from '../trace.ts';

const scales = [10, 100, 1000];

interface Sent {
  name: string;
  requests: number;
  latenessMs: { p50: number; p99: number };
  /** With the arrivals of the source. */
  agreement: Agreement[];
}

/** How late a bursty trace is sent, and how far its pattern survives: ours, k6's ramping-arrival-rate, and GoReplay. */
export const lateness: Measure = {
  name: 'lateness',
  limitMinutes: 4,
  async run(context) {
    const durationMs = context.quick ? 8000 : 30_000;
    const trace = burstyTrace({ seed: 20, durationMs, requestsPerSecond: 500, sigma: 1.2 });
    const ours = await replayOurs(context, trace);
    context.say(`ours ${JSON.stringify(ours.latenessMs)}`);
    const ramps = await replayStages(context, trace, 'ramps');
    context.say(`ramps ${JSON.stringify(ramps.latenessMs)}`);
    const steps = await replayStages(context, trace, 'steps');
    const goReplay = await replayGoReplay(context, trace);
    const ratio = ramps.latenessMs.p99 / ours.latenessMs.p99;
    const rows: Row[] = [
      judged(
        'p99 lateness of stock ramping-arrival-rate ÷ ours, bursty trace',
        atLeast(100),
        ratio,
        `${short(ratio)} (${late(ramps)} ÷ ${late(ours)})`,
        `${trace.arrivalsMs.length} requests in ${durationMs / 1000} s, log-normal intensity (σ 1.2) every 10 ms; stages of 1 s`,
      ),
      beside(
        'the same, stages that jump instead of ramping',
        `${short(steps.latenessMs.p99 / ours.latenessMs.p99)} (${late(steps)})`,
        'two stages a second (`0s` to the rate, `1s` at it): the best that can be had of the executor',
      ),
      goReplay === null
        ? notMeasured('the same, GoReplay', '–', noGoReplay)
        : beside(
            'the same, GoReplay',
            `${short(goReplay.latenessMs.p99 / ours.latenessMs.p99)} (${late(goReplay)})`,
            `seen at the target, its first request taken as on time; ${described(goReplay)}`,
          ),
    ];
    const [ten] = ours.agreement as [Agreement];
    rows.push(
      judged(
        'dispersion at 10 ms, replay ÷ source',
        within(0.95, 1.05),
        ten.dispersionRatio,
        ten.dispersionRatio.toFixed(3),
        `100 ms and 1 s: ${ours.agreement
          .slice(1)
          .map((at) => at.dispersionRatio.toFixed(3))
          .join(', ')}; ramping-arrival-rate: ${dispersions(ramps)}`,
      ),
      judged(
        'correlation of 10 ms counts, replay and source',
        atLeast(0.97),
        ten.correlation,
        ten.correlation.toFixed(4),
        `100 ms and 1 s: ${ours.agreement
          .slice(1)
          .map((at) => at.correlation.toFixed(4))
          .join(', ')}; ramping-arrival-rate: ${correlations(ramps)}`,
      ),
    );
    return { rows, raw: { trace: { requests: trace.arrivalsMs.length, durationMs }, ours, ramps, steps, goReplay } };
  },
};

async function replayOurs(context: BenchContext, trace: Trace): Promise<Sent> {
  const target = await startTarget();
  const sentUs: number[] = [];
  // Listens in on the samples on their way to the accounting.
  const enter = LoadAccounting.prototype.samples;
  LoadAccounting.prototype.samples = function (this: LoadAccounting, words, from, to) {
    for (let at = from; at < to; at += sampleWords) sentUs.push((words[at] as number) * 10 + (words[at + 1] as number));
    enter.call(this, words, from, to);
  };
  try {
    const { outcome } = await replay(context, target.url, trace, { load: 'bursty trace' });
    const sentMs = Float64Array.from(sentUs, (us) => us / 1000);
    const { p50, p99 } = outcome.fidelity.latenessMs;
    return { ...sentOf('ours', trace, sentMs), latenessMs: { p50: p50 ?? Number.NaN, p99: p99 ?? Number.NaN } };
  } finally {
    LoadAccounting.prototype.samples = enter;
    await target.stop();
  }
}

async function replayStages(context: BenchContext, trace: Trace, kind: 'ramps' | 'steps'): Promise<Sent> {
  const target = await startTarget();
  const counts = new Array<number>(trace.durationMs / 1000).fill(0);
  for (const at of trace.arrivalsMs) counts[Math.floor(at / 1000)] = (counts[Math.floor(at / 1000)] ?? 0) + 1;
  const stages = counts.flatMap((rate) => [
    ...(kind === 'steps' ? [{ target: rate, duration: '0s' }] : []),
    { target: rate, duration: '1s' },
  ]);
  const file = join(context.scratch, `stages-${kind}.json`);
  await writeFile(file, JSON.stringify(stages));
  try {
    const env = { TARGET: target.url, STAGES: file, START_RATE: String(counts[0] ?? 0) };
    const { stdout } = await runPlainK6(needed(context).path, 'arrival-rate.js', env, [
      '--summary-mode=disabled',
      '--no-thresholds',
    ]);
    const sentMs = Float64Array.from(stdout.matchAll(/^sent (-?\d+)$/gm), (match) => Number(match[1]));
    return sentOf(kind, trace, sentMs);
  } finally {
    await target.stop();
  }
}

async function replayGoReplay(context: BenchContext, trace: Trace): Promise<Sent | null> {
  const target = await startTarget();
  try {
    const replayed = await replayWithGoReplay(trace, target, context.scratch);
    if (replayed === null) return null;
    const lateMs = replayed.sentMs.map((at, i) => at - (replayed.dueMs[i] as number));
    return {
      ...sentOf('GoReplay', trace, replayed.sentMs),
      latenessMs: { p50: exactPercentile(lateMs, 50), p99: exactPercentile(lateMs, 99) },
    };
  } finally {
    await target.stop();
  }
}

function sentOf(name: string, trace: Trace, sentMs: Float64Array): Sent {
  const lateMs = latenessInOrder(trace.arrivalsMs, sentMs);
  return {
    name,
    requests: sentMs.length,
    latenessMs: { p50: exactPercentile(lateMs, 50), p99: exactPercentile(lateMs, 99) },
    agreement: scales.map((binMs) => agreement(trace.arrivalsMs, sentMs, binMs)),
  };
}

const late = (sent: Sent) => `${short(sent.latenessMs.p99)} ms`;
const dispersions = (sent: Sent) => sent.agreement.map((at) => at.dispersionRatio.toFixed(2)).join(', ');
const correlations = (sent: Sent) => sent.agreement.map((at) => at.correlation.toFixed(2)).join(', ');
const described = (sent: Sent) =>
  `${sent.requests} requests, dispersion at 10 ms ${sent.agreement[0]?.dispersionRatio.toFixed(2)}, correlation ${sent.agreement[0]?.correlation.toFixed(2)}`;
