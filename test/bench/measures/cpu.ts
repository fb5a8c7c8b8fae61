import { setTimeout as wait } from 'node:timers/promises';
import { replayWithoutOutput } from '../bare.ts';
import { type CpuUse, meter } from '../cpu-meter.ts';
import { atMost, type BenchContext, beside, judged, type Measure, short } from '../measure.ts';
import { inputFor, type K6Build, needed, replay } from '../replay.ts';
import { startTarget } from '../target.ts';
import { burstyTrace, type Trace } from '../trace.ts';

/** The load fades out within so long; that is not metered. */
const beyondMs = 2500;
const meteredRequests = ({ arrivalsMs, durationMs }: Trace) =>
  arrivalsMs.filter((at) => at < durationMs - beyondMs).length;

interface Cost {
  withOutput: CpuUse[];
  without: CpuUse[];
  /** (k6 + harness) with output ÷ k6 without. */
  ratio: number;
}

/** What measuring costs: CPU of k6 and of the harness, over that of the same k6 script when nothing is measured. */
export const cpu: Measure = {
  name: 'cpu',
  limitMinutes: 5,
  async run(context) {
    const meteredMs = context.quick ? 5000 : 20_000;
    const durationMs = meteredMs + beyondMs;
    const trace = burstyTrace({ seed: 5, durationMs, requestsPerSecond: 1500, sigma: 0.8 });
    const requests = meteredRequests(trace);
    const { build } = needed(context);
    // One after the other, and again: a machine that slows down or speeds up meanwhile does so for both.
    const rounds = context.quick ? 1 : 2;
    const source = build === 'shakedown' ? await costOf(context, 'shakedown', trace, rounds) : null;
    const stock = await costOf(context, 'stock', trace, 1);
    const load = `${requests} requests in ${meteredMs / 1000} s`;
    const row =
      source === null
        ? {
            measure: measureName,
            goal: '≤ 1.05',
            reached: 'not measured: this k6 was not built from load/k6',
            met: null,
            how: '',
          }
        : judged(measureName, atMost(1.05), source.ratio, source.ratio.toFixed(3), `${load}; ${parts(source, trace)}`);
    return {
      rows: [row, beside('the same, stock k6', stock.ratio.toFixed(3), parts(stock, trace))],
      raw: { requests, meteredMs, source, stock },
    };
  },
};

const measureName = 'CPU of k6 + harness ÷ CPU of the same k6 script with no output';

async function costOf(context: BenchContext, build: K6Build, trace: Trace, rounds: number): Promise<Cost> {
  const cost: Cost = { withOutput: [], without: [], ratio: Number.NaN };
  for (let round = 0; round < rounds; round++) {
    // Who goes second has a machine that is warm: they take turns at it.
    for (const output of round % 2 === 0 ? [false, true] : [true, false]) {
      cost[output ? 'withOutput' : 'without'].push(await metered(context, build, trace, output));
    }
  }
  const [output, none] = [mean(cost.withOutput), mean(cost.without)];
  cost.ratio = (output.k6 + output.harness) / none.k6;
  context.say(`${build} ${JSON.stringify(cost)}`);
  return cost;
}

async function metered(context: BenchContext, build: K6Build, trace: Trace, output: boolean): Promise<CpuUse> {
  const k6 = { ...needed(context), build };
  const target = await startTarget();
  let use: Promise<CpuUse> | undefined;
  // The clock was set to start a little later: what is before that is not the load.
  const begin = (afterMs: number) => {
    use = wait(afterMs).then(() => meter(k6.path, trace.durationMs - beyondMs));
    use.catch(() => {});
  };
  try {
    if (output) {
      const started = (at: string) => begin(Date.parse(at) - Date.now());
      await replay(context, target.url, trace, { load: `CPU, ${build}`, k6, on: { started } });
    } else {
      const input = await inputFor(context, target.url, trace);
      await replayWithoutOutput(k6, input, context.scratch, () => begin(1000 + input.virtualUsers * 0.5));
    }
    if (use === undefined) throw new Error('k6 never began.');
    return await use;
  } finally {
    await target.stop();
  }
}

function mean(uses: CpuUse[]): CpuUse {
  const of = (key: keyof CpuUse) => uses.reduce((sum, use) => sum + use[key], 0) / uses.length;
  return { k6: of('k6'), harness: of('harness') };
}

function parts(cost: Cost, trace: Trace): string {
  const perRequest = (seconds: number) => `${short((seconds * 1e6) / meteredRequests(trace))} µs`;
  const [output, none] = [mean(cost.withOutput), mean(cost.without)];
  return `a request: k6 ${perRequest(output.k6)} + harness ${perRequest(output.harness)}, without output ${perRequest(none.k6)}`;
}
