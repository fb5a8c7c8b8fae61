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

/** How late a bursty trace is sent, and how far its pattern survives: ours, each way that k6 has by itself, and GoReplay. */
export const lateness: Measure = {
  name: 'lateness',
  limitMinutes: 7,
  async run(context) {
    const durationMs = context.quick ? 8000 : 30_000;
    const trace = burstyTrace({ seed: 20, durationMs, requestsPerSecond: 500, sigma: 1.2 });
    const ours = await replayOurs(context, trace);
    context.say(`ours ${JSON.stringify(ours.latenessMs)}`);
    const k6Ways: Sent[] = [];
    for (const stageMs of [1000, 100, 10]) k6Ways.push(await replayStages(context, trace, stageMs));
    k6Ways.push(await replaySleeping(context, trace));
    const goReplay = await replayGoReplay(context, trace);
    for (const sent of k6Ways) context.say(`${sent.name} ${JSON.stringify(sent.latenessMs)}`);
    const peers = [...k6Ways, ...(goReplay === null ? [] : [goReplay])];
    const best = peers.reduce((least, sent) => (sent.latenessMs.p99 < least.latenessMs.p99 ? sent : least));
    const ratio = best.latenessMs.p99 / ours.latenessMs.p99;
    const rows: Row[] = [
      judged(
        'p99 lateness of the best peer ÷ ours, bursty trace',
        atLeast(2),
        ratio,
        `${short(ratio)} (${late(best)} ÷ ${late(ours)})`,
        `${best.name}; ${trace.arrivalsMs.length} requests in ${durationMs / 1000} s, log-normal intensity (σ 1.2) every 10 ms; ours: ${described(ours)}`,
      ),
      ...k6Ways.map((sent) => beside(`p99 lateness, ${sent.name}`, late(sent), described(sent))),
      goReplay === null
        ? notMeasured('p99 lateness, GoReplay', '–', noGoReplay)
        : beside(
            'p99 lateness, GoReplay',
            late(goReplay),
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
          .join(', ')}; ${best.name}: ${dispersions(best)}`,
      ),
      judged(
        'correlation of 10 ms counts, replay and source',
        atLeast(0.97),
        ten.correlation,
        ten.correlation.toFixed(4),
        `100 ms and 1 s: ${ours.agreement
          .slice(1)
          .map((at) => at.correlation.toFixed(4))
          .join(', ')}; ${best.name}: ${correlations(best)}`,
      ),
    );
    return { rows, raw: { trace: { requests: trace.arrivalsMs.length, durationMs }, ours, k6Ways, goReplay } };
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

/** k6's own executor for changing rates, in stages so long: each goes to the count of the trace in it. */
async function replayStages(context: BenchContext, trace: Trace, stageMs: number): Promise<Sent> {
  const counts = new Array<number>(Math.ceil(trace.durationMs / stageMs)).fill(0);
  for (const at of trace.arrivalsMs) counts[Math.floor(at / stageMs)] = (counts[Math.floor(at / stageMs)] ?? 0) + 1;
  const rates = counts.map((count) => Math.round((count * 1000) / stageMs));
  // From one stage to the next the rate jumps, as it does in the trace: ramps would smooth it.
  const stages = rates.flatMap((target) => [
    { target, duration: '0s' },
    { target, duration: `${stageMs}ms` },
  ]);
  const file = join(context.scratch, 'stages.json');
  await writeFile(file, JSON.stringify(stages));
  const env = { STAGES: file, START_RATE: String(rates[0] ?? 0) };
  return byK6(context, trace, {
    name: `k6, ramping-arrival-rate, stages of ${stageMs} ms`,
    script: 'arrival-rate.js',
    env,
  });
}

/** A script that sleeps until each moment of the trace. */
async function replaySleeping(context: BenchContext, trace: Trace): Promise<Sent> {
  const file = join(context.scratch, 'due.json');
  await writeFile(file, JSON.stringify([...trace.arrivalsMs]));
  return byK6(context, trace, {
    name: 'k6, a script that sleeps until due',
    script: 'sleep-until.js',
    env: { DUE: file },
  });
}

async function byK6(
  context: BenchContext,
  trace: Trace,
  { name, script, env }: { name: string; script: string; env: Record<string, string> },
): Promise<Sent> {
  const target = await startTarget();
  try {
    const about = ['--summary-mode=disabled', '--no-thresholds'];
    const { stdout } = await runPlainK6(needed(context).path, script, { ...env, TARGET: target.url }, about);
    return sentOf(
      name,
      trace,
      Float64Array.from(stdout.matchAll(/^sent (-?\d+)$/gm), (match) => Number(match[1])),
    );
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
