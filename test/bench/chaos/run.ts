// How soon faults are gone when the harness is ended, what is left then, how true the latency is, and what a passive proxy costs.
// `npm run bench:chaos -- [aborts]`; 500 take about a quarter of an hour.
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faults } from '../../../src/chaos/faults/index.ts';
import { createGuard } from '../../../src/chaos/guard/guard.ts';
import { createInjector } from '../../../src/chaos/injector.ts';
import { linkTo, ownToxiproxy, startUpstream } from '../../chaos/links.ts';
import { type Abort, abortMany } from '../../chaos/residue/lane.ts';
import { seeded } from '../../random.ts';

const count = Number(process.argv[2] ?? 500);
const folder = await mkdtemp(join(tmpdir(), 'shakedown-bench-chaos-'));
try {
  await latencies();
  await passiveHop();
  await aborts();
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Injected against measured, and how long it takes from the stop until a fault is gone. */
async function latencies(): Promise<void> {
  const { signal } = new AbortController();
  const toxiproxy = await ownToxiproxy();
  const upstream = await startUpstream('http');
  const guard = await createGuard({ folder, registry: join(folder, 'registry'), signal });
  const components = [await linkTo(toxiproxy, 'link', upstream.address)];
  const goneMs: number[] = [];
  for (const delayMs of [2, 10, 50, 200, 1000]) {
    const injector = createInjector({ faults, components, undo: guard, now: () => performance.now(), on: () => {} });
    const request = { experiment: 'bench', fault: 'latency', component: 'link', arguments: { delayMs } };
    const { proof } = await injector.inject(request, signal);
    const begunMs = performance.now();
    await injector.revertAll('harness');
    goneMs.push(performance.now() - begunMs);
    const words = (proof?.checks ?? []).slice(1).map(({ measured, held }) => `${measured}${held ? '' : ' (not held)'}`);
    console.log(`latency ${delayMs} ms: measured ${words.join(' on open, ')} on new connections`);
  }
  console.log(`stop → fault gone: ${spread(goneMs)}`);
  await guard.close();
  await toxiproxy.stop();
  upstream.close();
}

/** The same requests past the proxy and through it, in turn. */
async function passiveHop(): Promise<void> {
  const toxiproxy = await ownToxiproxy();
  const upstream = await startUpstream('http');
  const { listen } = await linkTo(toxiproxy, 'link', upstream.address);
  const agent = new Agent({ keepAlive: true });
  const ways = { direct: [] as number[], through: [] as number[] };
  for (let i = 0; i < 3000; i++) {
    const direct = await timed(upstream.address, agent);
    const through = await timed(listen, agent);
    if (i < 500) continue;
    ways.direct.push(direct);
    ways.through.push(through);
  }
  agent.destroy();
  console.log(`a request past the proxy: ${spread(ways.direct, 3)}; through it: ${spread(ways.through, 3)}`);
  await toxiproxy.stop();
  upstream.close();
}

async function aborts(): Promise<void> {
  let done = 0;
  const all = await abortMany(folder, count, 2, seeded(11), ({ left }) => {
    done++;
    if (left.length > 0) console.log(`left behind: ${left.join(', ')}`);
    if (done % 50 === 0) console.log(`${done} of ${count}`);
  });
  const of = (by: Abort['by']) => all.filter((one) => one.by === by).map(({ faultGoneMs }) => faultGoneMs);
  const untidy = all.filter(({ left }) => left.length > 0).length;
  console.log(`${all.length} aborts at random moments: ${untidy} left something behind`);
  console.log(`kill -9 of the harness → fault gone: ${spread(of('SIGKILL'))}`);
  console.log(`SIGTERM of the harness → fault gone: ${spread(of('SIGTERM'))}`);
  if (untidy > 0) process.exitCode = 1;
}

function timed(address: string, agent: Agent): Promise<number> {
  const begunMs = performance.now();
  return new Promise((resolve, reject) => {
    get(`http://${address}/`, { agent }, (response) => {
      response.resume().on('end', () => resolve(performance.now() - begunMs));
    }).on('error', reject);
  });
}

function spread(values: number[], digits = 0): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(digits);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`;
}
