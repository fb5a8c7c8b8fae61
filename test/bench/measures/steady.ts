import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { cpuSecondsOf } from '../../../src/domains/load/cpu.ts';
import { exactPercentile, latenessInOrder } from '../compare.ts';
import { k6Pid } from '../cpu-meter.ts';
import {
  atMost,
  type BenchContext,
  beside,
  judged,
  type Measure,
  notMeasured,
  ownCpuSeconds,
  type Row,
  short,
} from '../measure.ts';
import { type SteadyPeer, steadyPeers } from '../peers/steady.ts';
import { needed, replay } from '../replay.ts';
import { type BenchTarget, startTarget } from '../target.ts';
import { steadyTrace } from '../trace.ts';

/** The first seconds warm programs up, and are left out of all figures of all of them. */
const warmUpMs = 3000;
const rates = [200, 1000, 4000];
/** Pooled connections are what all peers have; by default each session has its own, and here a session is one request. */
const ourWays = ['pooled', 'recorded'] as const;
type OurWay = (typeof ourWays)[number];

interface Figures {
  /** Microseconds a request, of the generator's processes together. */
  cpuUs: number;
  /** Of them, of k6 alone. */
  generatorUs: number;
  /** Resident at the most. */
  megabytes: number;
  /** Behind an even pace, as the target saw it; the earliest request counts as on time. */
  lateMs: { p50: number; p99: number };
  /** Of what was due in the time that was metered. */
  sentShare: number;
}

/** An even load, as the target saw it: how late each request came, and what it cost to send, beside what others would pick for it. */
export const steady: Measure = {
  name: 'steady',
  limitMinutes: 20,
  async run(context) {
    const seconds = context.quick ? 6 : 15;
    const rounds = context.quick ? 1 : 3;
    const peers = steadyPeers(needed(context).path);
    const rows: Row[] = [];
    const raw: Record<string, unknown> = {};
    for (const rate of rates) {
      const found = new Map<string, Figures[]>();
      for (let round = 0; round < rounds; round++) {
        // Who goes first has another machine than who goes last: they take turns.
        const all = [...ourWays, ...peers.filter(({ path }) => path !== null)];
        const order = round % 2 === 0 ? all : all.reverse();
        for (const sender of order) {
          const figures = await sent(context, sender, rate, seconds);
          const name = typeof sender === 'string' ? sender : sender.name;
          found.set(name, [...(found.get(name) ?? []), figures]);
          context.say(`${rate}/s ${name} ${JSON.stringify(figures)}`);
        }
      }
      raw[rate] = Object.fromEntries(found);
      rows.push(...rowsOf(rate, seconds, found, peers));
    }
    return { rows, raw };
  },
};

function rowsOf(rate: number, seconds: number, found: Map<string, Figures[]>, peers: readonly SteadyPeer[]): Row[] {
  const of = (name: string, figure: (figures: Figures) => number) => median((found.get(name) ?? []).map(figure));
  const cpu = (name: string) => of(name, ({ cpuUs }) => cpuUs);
  const p99 = (name: string) => of(name, ({ lateMs }) => lateMs.p99);
  const here = peers.filter(({ path }) => path !== null);
  const best = here
    .filter(({ name }) => name === 'plain k6' || name === 'vegeta')
    .reduce((least, { name }) => (p99(name) < p99(least) ? name : least), 'plain k6');
  const load = `${rate}/s evenly for ${seconds} s, the first ${warmUpMs / 1000} s left out, median of ${found.get('pooled')?.length}, the same priority for all`;
  const described = (name: string) =>
    `late p50 ${short(of(name, ({ lateMs }) => lateMs.p50))} ms, p99 ${short(p99(name))} ms; ${short(cpu(name))} µs a request; ${short(of(name, ({ megabytes }) => megabytes))} MB; ${short(100 * of(name, ({ sentShare }) => sentShare))} % of the rate`;
  const [ratio, late, memory] = [
    cpu('pooled') / cpu('plain k6'),
    p99('pooled') / p99(best),
    of('pooled', ({ megabytes }) => megabytes) / of('plain k6', ({ megabytes }) => megabytes),
  ];
  const generator = of('pooled', ({ generatorUs }) => generatorUs);
  return [
    judged(
      `CPU a request ÷ plain k6’s, ${rate}/s`,
      atMost(1),
      ratio,
      `${ratio.toFixed(2)} (${short(cpu('pooled'))} ÷ ${short(cpu('plain k6'))} µs)`,
      `${load}, and all on kept connections (ours: \`connections: pooled\`); of ours k6 ${short(generator)} µs, the rest is the harness, which plain k6 does without`,
    ),
    judged(
      `p99 lateness ÷ that of the best of k6 and vegeta, ${rate}/s`,
      atMost(1),
      late,
      `${late.toFixed(2)} (${short(p99('pooled'))} ÷ ${short(p99(best))} ms, ${best})`,
      `as the target saw it; ours: ${described('pooled')}`,
    ),
    judged(`memory of k6 ÷ plain k6’s, ${rate}/s`, atMost(1.2), memory, memory.toFixed(2), 'resident at the most'),
    beside(
      `the same load, ours as by default, ${rate}/s`,
      described('recorded'),
      'a connection for each session, and here each session is one request: no peer opens as many',
    ),
    ...peers.map(({ name, setting, path, missing }) =>
      path === null
        ? notMeasured(`the same load, ${name}, ${rate}/s`, '–', missing)
        : beside(`the same load, ${name}, ${rate}/s`, described(name), setting),
    ),
  ];
}

async function sent(
  context: BenchContext,
  sender: OurWay | SteadyPeer,
  rate: number,
  seconds: number,
): Promise<Figures> {
  const target = await startTarget();
  try {
    return typeof sender === 'string'
      ? await ours(context, sender, target, rate, seconds)
      : await theirs(context, sender, target, rate, seconds);
  } finally {
    await target.stop();
  }
}

async function ours(
  context: BenchContext,
  connections: OurWay,
  target: BenchTarget,
  rate: number,
  seconds: number,
): Promise<Figures> {
  const trace = steadyTrace(seconds * 1000, rate);
  let use: Promise<Used> | undefined;
  await replay(context, target.url, trace, {
    load: `steady ${rate}/s, ${connections}`,
    fields: { connections },
    on: {
      started(at) {
        const afterMs = Math.max(0, Date.parse(at) - Date.now()) + warmUpMs;
        use = wait(afterMs).then(() => used(k6Pid(needed(context).path), seconds * 1000 - warmUpMs - 1000, true));
        use.catch(() => {});
      },
    },
  });
  if (use === undefined) throw new Error('k6 never began.');
  return figuresOf(await use, target, rate);
}

async function theirs(
  context: BenchContext,
  peer: SteadyPeer,
  target: BenchTarget,
  rate: number,
  seconds: number,
): Promise<Figures> {
  let use: Promise<Used> | undefined;
  await peer.run({ target, ratePerSecond: rate, seconds, scratch: context.scratch }, (pid) => {
    use = wait(warmUpMs).then(() => used(pid, seconds * 1000 - warmUpMs - 1000, false));
    use.catch(() => {});
  });
  if (use === undefined) throw new Error(`${peer.name} never began.`);
  return figuresOf(await use, target, rate);
}

interface Used {
  generatorS: number;
  harnessS: number;
  megabytes: number;
  /** Of the time that was metered, epoch ms. */
  fromMs: number;
  toMs: number;
}

async function used(pid: number, ms: number, isOurs: boolean): Promise<Used> {
  const [before, own, fromMs] = [cpuSecondsOf(pid), ownCpuSeconds(), Date.now()];
  await wait(ms);
  const after = cpuSecondsOf(pid);
  if (before === null || after === null) throw new Error('The generator ended before its time.');
  const megabytes = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  const harnessS = isOurs ? ownCpuSeconds() - own : 0;
  return { generatorS: after - before, harnessS, megabytes, fromMs, toMs: Date.now() };
}

async function figuresOf(use: Used, target: BenchTarget, rate: number): Promise<Figures> {
  const { receivedMs } = await target.take();
  const sorted = Float64Array.from(receivedMs).sort();
  const warm = sorted.subarray(Math.round((rate * warmUpMs) / 1000));
  const due = Float64Array.from(warm, (_, i) => (i * 1000) / rate);
  const late = latenessInOrder(due, warm);
  const first = late.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY);
  const lateMs = late.map((ms) => ms - first);
  const metered = sorted.filter((at) => at >= use.fromMs && at < use.toMs).length;
  const us = (s: number) => (s * 1e6) / metered;
  return {
    ...{ cpuUs: us(use.generatorS + use.harnessS), generatorUs: us(use.generatorS), megabytes: use.megabytes },
    lateMs: { p50: exactPercentile(lateMs, 50), p99: exactPercentile(lateMs, 99) },
    sentShare: metered / ((rate * (use.toMs - use.fromMs)) / 1000),
  };
}

function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
