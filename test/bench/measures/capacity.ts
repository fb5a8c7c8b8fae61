import { evaluateCapacity } from '../../../src/stats/capacity/evaluate.ts';
import { seeded } from '../../random.ts';
import { queue, search } from '../../stats/capacity/queue.ts';
import { limitPerSecond, type RealSearch, searchRealServer, truePerSecond } from '../known-limit.ts';
import { type BenchContext, beside, judged, type Measure, type Row, short, within } from '../measure.ts';
import { needed } from '../replay.ts';

const goal = within(0.95, 1);
const simulatedRuns = 10;
const simulatedPerSecond = 1000;
const searchAtMostMs = 240_000;
const quickSearchAtMostMs = 45_000;

/** Whether the capacity that is found is that of the target: ten simulated queues with a known limit, and one real server. */
export const capacity: Measure = {
  name: 'capacity',
  limitMinutes: 6,
  async run(context) {
    const shares = Array.from({ length: simulatedRuns }, (_, i) => {
      const steps = search(i + 1, queue(seeded(1000 + i)));
      return (evaluateCapacity(steps, null).sustainablePerSecond ?? 0) / simulatedPerSecond;
    });
    const worst = furthest(shares);
    const simulated = judged(
      'capacity found ÷ true capacity',
      goal,
      worst,
      `${worst.toFixed(3)} (furthest of ${shares.length}; ${Math.min(...shares).toFixed(3)}–${Math.max(...shares).toFixed(3)})`,
      `${simulatedRuns} searches against simulated queues: one server, 1 ms a request, Poisson arrivals, p95 < 100 ms`,
    );
    const real = await searchedFor(context, 1);
    return { rows: [simulated, realRow('the same, a real server', real)], raw: { shares, real } };
  },
};

/** The same for a real server, ten times: some twenty minutes. */
export const realCapacity: Measure = {
  name: 'real-capacity',
  limitMinutes: 45,
  isApart: true,
  async run(context) {
    const real = await searchedFor(context, context.quick ? 1 : 10);
    return { rows: [realRow('capacity found ÷ true capacity, a real server', real)], raw: real };
  },
};

async function searchedFor(context: BenchContext, times: number): Promise<RealSearch[]> {
  const found: RealSearch[] = [];
  const atMostMs = context.quick ? quickSearchAtMostMs : searchAtMostMs;
  for (let i = 0; i < times; i++) {
    const one = await searchRealServer(i + 1, needed(context).path, atMostMs);
    found.push(one);
    context.say(`${one.share.toFixed(3)} in ${short(one.seconds)} s${one.endedEarly ? ', not ended' : ''}`);
  }
  return found;
}

function realRow(measure: string, found: readonly RealSearch[]): Row {
  const shares = found.map(({ share }) => share);
  const worst = furthest(shares);
  const confirmed = found.filter((one) => one.confirmed).length;
  const seconds = found.reduce((sum, one) => sum + one.seconds, 0) / found.length;
  const how = `one request at a time, ${limitPerSecond}/s, sent evenly, steps of 4 s whose p95 is 40 ms at ${truePerSecond.toFixed(1)}/s; ${confirmed} of ${found.length} confirmed; a search took ${short(seconds)} s`;
  if (found.every((one) => one.endedEarly)) return beside(measure, `${short(worst)}, cut off`, how);
  const range = `furthest of ${shares.length}; ${Math.min(...shares).toFixed(3)}–${Math.max(...shares).toFixed(3)}`;
  return judged(measure, goal, worst, shares.length === 1 ? worst.toFixed(3) : `${worst.toFixed(3)} (${range})`, how);
}

function furthest(shares: readonly number[]): number {
  return shares.reduce(
    (most, share) => (Math.abs(share - 1) > Math.abs(most - 1) || Number.isNaN(share) ? share : most),
    1,
  );
}
