import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluateCapacity } from '../../../src/stats/capacity/evaluate.ts';
import { project } from '../../e2e/project.ts';
import { seeded } from '../../random.ts';
import { queue, search } from '../../stats/capacity/queue.ts';
import { type BenchContext, beside, judged, type Measure, short, within } from '../measure.ts';
import { needed } from '../replay.ts';

const recording = join(fileURLToPath(new URL('../../..', import.meta.url)), 'load/traffic/sample-shop');
const simulatedRuns = 10;
const simulatedPerSecond = 1000;
const serviceMs = 5;
const searchAtMostMs = 240_000;

/** Whether the capacity that is found is that of the target: ten simulated queues with a known limit, and one real server. */
export const capacity: Measure = {
  name: 'capacity',
  limitMinutes: 6,
  async run(context) {
    const shares = Array.from({ length: simulatedRuns }, (_, i) => {
      const steps = search(i + 1, queue(seeded(1000 + i)));
      return (evaluateCapacity(steps, null).sustainablePerSecond ?? 0) / simulatedPerSecond;
    });
    const worst = shares.reduce((most, share) => (Math.abs(share - 1) > Math.abs(most - 1) ? share : most));
    const simulated = judged(
      'capacity found ÷ true capacity',
      within(0.95, 1),
      worst,
      `${worst.toFixed(3)} (furthest of ${shares.length}; ${Math.min(...shares).toFixed(3)}–${Math.max(...shares).toFixed(3)})`,
      `${simulatedRuns} searches against simulated queues: one server, 1 ms a request, Poisson arrivals, p95 < 100 ms`,
    );
    const real = await realServer(context);
    return { rows: [simulated, real.row], raw: { shares, real: real.raw } };
  },
};

/** One request at a time, 5 ms each: 200 a second and not one more. */
async function realServer(context: BenchContext) {
  let freeAt = 0;
  const server = createServer((request, response) => {
    if (request.url === '/up') return void response.end();
    freeAt = Math.max(freeAt, performance.now()) + serviceMs;
    setTimeout(() => response.setHeader('content-length', 2).end('ok'), freeAt - performance.now());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = project(`
name: Queue
target:
  baseUrl: http://127.0.0.1:${(server.address() as AddressInfo).port}
  allowHosts: [127.0.0.1]
  healthPath: /up
traffic: { recording: ${recording} }
profile: { seed: 5 }
objectives:
  response-p50: { target: 200 }
  response-p95: { target: 200 }
  response-p99: { target: 400 }
  capacity: { target: 100 }
`);
  try {
    const from = performance.now();
    const env = { SHAKEDOWN_K6: needed(context).path };
    const step = context.quick ? '2s' : '3s';
    const args = ['simulate', '--find-capacity', '--step', step, '--rate', '130', '--own-data'];
    const { child, ended } = own.start(args, env);
    // What it found by then is reported.
    const timer = setTimeout(() => child.kill('SIGINT'), searchAtMostMs);
    await ended;
    clearTimeout(timer);
    const seconds = (performance.now() - from) / 1000;
    const { capacity: found } = own.results();
    const share = ((found?.sustainablePerSecond ?? Number.NaN) * serviceMs) / 1000;
    const row = beside(
      'the same, a real server of 200/s',
      `${share.toFixed(3)}${found?.confirmed === true ? '' : ' (not confirmed)'}`,
      `\`shakedown simulate --find-capacity --step ${step}\`, recorded bursts: a queue needs room below its limit; ${found?.steps.length ?? 0} steps in ${short(seconds)} s`,
    );
    return { row, raw: { ...found, seconds } };
  } finally {
    own.remove();
    server.closeAllConnections();
    server.close();
  }
}
