import { setTimeout as wait } from 'node:timers/promises';
import { pageFeatures } from '../../../src/domains/traffic/body-features.ts';
import { shapeOf } from '../../../src/domains/traffic/plan/answers.ts';
import type { PlannedRoute } from '../../../src/model/plan.ts';
import { type CpuUse, meter } from '../cpu-meter.ts';
import { atMost, type BenchContext, judged, type Measure, notMeasured, short } from '../measure.ts';
import { inputFor, needed, replay } from '../replay.ts';
import { type BenchTarget, startTarget } from '../target.ts';
import { burstyTrace, type Trace } from '../trace.ts';

/** The load fades out within so long; that is not metered. */
const beyondMs = 2500;
const name = 'CPU of k6 + harness with answers compared with the recording ÷ without';

/** A page of a shop, 6 kB: of what is compared, pages take the longest to read. */
const page = `<!doctype html><html lang="en"><head><title>Teapots</title><link rel="stylesheet" href="/shop.css"></head><body><header><nav><a href="/">Home</a><a href="/basket">Basket</a></nav><form action="/search"><input name="q"><button>Search</button></form></header><main><h1>Teapots</h1><ul>${Array.from(
  { length: 24 },
  (_, i) =>
    `<li class="product"><a href="/products/${i}"><img src="/assets/${i}.webp" alt="Teapot ${i}"><h2>Teapot number ${i}</h2><p>Stoneware, holds ${i + 4} cups, made in the north.</p><span class="price">${i + 12}.00</span></a></li>`,
).join('')}</ul></main><footer><p>Harbour Goods</p></footer></body></html>`;

/** What it costs to hold answers against recorded ones: two loads that differ in nothing else, in turns, within one run. */
export const comparing: Measure = {
  name: 'comparing',
  limitMinutes: 6,
  async run(context) {
    if (needed(context).build !== 'shakedown')
      return { rows: [notMeasured(name, '≤ 1.05', 'this k6 was not built from load/k6')], raw: null };
    const meteredMs = context.quick ? 5000 : 20_000;
    const trace = burstyTrace({ seed: 6, durationMs: meteredMs + beyondMs, requestsPerSecond: 1000, sigma: 0.8 });
    const requests = trace.arrivalsMs.filter((at) => at < meteredMs).length;
    const pairs: { compared: Use; not: Use; ratio: number }[] = [];
    const target = await startTarget({ answer: { type: 'text/html; charset=utf-8', body: page } });
    try {
      for (let round = 0; round < (context.quick ? 1 : 4); round++) {
        // Who goes second has a machine that is warm: they take turns at it.
        const isFirst = round % 2 === 0;
        const one = await metered(context, target, trace, isFirst);
        const other = await metered(context, target, trace, !isFirst);
        const [compared, not] = isFirst ? [one, other] : [other, one];
        pairs.push({ compared, not, ratio: sum(compared) / sum(not) });
        context.say(JSON.stringify(pairs.at(-1)));
      }
    } finally {
      await target.stop();
    }
    const [compared, not] = [mean(pairs.map((pair) => pair.compared)), mean(pairs.map((pair) => pair.not))];
    const shaped = pairs.reduce((all, pair) => all + pair.compared.shaped, 0);
    const each = (seconds: number) => `${short((seconds * 1e6) / requests)} µs`;
    const ratio = Math.exp(pairs.reduce((all, pair) => all + Math.log(pair.ratio), 0) / pairs.length);
    const how = `pages of ${(page.length / 1000).toFixed(1)} kB, ${requests} requests in ${meteredMs / 1000} s, of ${Math.round((100 * shaped) / (pairs.length * trace.arrivalsMs.length))} % the body was read, ${pairs.length} pairs (${pairs.map((pair) => pair.ratio.toFixed(3)).join(', ')}); a request: ${each(compared)}, without ${each(not)}`;
    return { rows: [judged(name, atMost(1.05), ratio, ratio.toFixed(3), how)], raw: { requests, meteredMs, pairs } };
  },
};

interface Use extends CpuUse {
  /** Bodies that were read. */
  shaped: number;
}

async function metered(context: BenchContext, target: BenchTarget, trace: Trace, compares: boolean): Promise<Use> {
  const k6 = needed(context);
  const sessions = compares ? trace.sessions.map(withAnswers) : trace.sessions;
  const { plan } = await inputFor(context, target.url, trace);
  const routes = compares ? plan.routes.map(withShape) : plan.routes;
  let use: Promise<CpuUse> | undefined;
  const started = (at: string) => {
    use = wait(Date.parse(at) - Date.now()).then(() => meter(k6.path, trace.durationMs - beyondMs));
    use.catch(() => {});
  };
  let shaped = 0;
  await replay(
    context,
    target.url,
    { ...trace, sessions },
    {
      load: `answers ${compares ? 'compared' : 'not compared'}`,
      fields: { plan: { ...plan, routes } },
      on: {
        started,
        answers: ({ differing }) => {
          for (const [, , , , ofRoute] of differing) shaped += ofRoute;
        },
      },
    },
  );
  if (use === undefined) throw new Error('k6 never began.');
  if (compares === (shaped === 0)) throw new Error(`${shaped} answers were held against the shape.`);
  return { ...(await use), shaped };
}

const answer = { kind: 'html', filled: true, shaped: true };

function withAnswers(session: Trace['sessions'][number]): Trace['sessions'][number] {
  return { ...session, requests: session.requests.map((request) => ({ ...request, answer })) };
}

function withShape(route: PlannedRoute): PlannedRoute {
  const shape = shapeOf(Array.from({ length: 100 }, () => pageFeatures(page)));
  if (shape === undefined) throw new Error('The page has no shape.');
  return { ...route, answers: { answers: 100, kinds: ['html'], shape } };
}

const sum = ({ k6, harness }: CpuUse) => k6 + harness;
const mean = (uses: readonly CpuUse[]) => uses.reduce((all, use) => all + sum(use), 0) / uses.length;
