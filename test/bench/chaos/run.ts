// How soon faults are gone when the harness is ended, what is left then, how true the latency is, and what a passive proxy costs.
// `npm run bench:chaos -- [aborts] [--minutes 20] [--record file] [--aborts-only]`. What is on record is not done again, so that a run that
// was cut short goes on where it was.
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { faults } from '../../../src/domains/chaos/faults/index.ts';
import { createGuard } from '../../../src/domains/chaos/guard/guard.ts';
import { createInjector } from '../../../src/domains/chaos/injector.ts';
import { linkTo, ownToxiproxy, startUpstream } from '../../domains/chaos/links.ts';
import { runAborts, spread } from './aborts.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '20' },
    record: { type: 'string' },
    'aborts-only': { type: 'boolean', default: false },
  },
});
const count = Number(positionals[0] ?? 500);
const folder = await mkdtemp(join(tmpdir(), 'shakedown-bench-chaos-'));
try {
  if (!values['aborts-only']) {
    await latencies();
    await passiveHop();
  }
  const record = values.record ?? join(folder, 'aborts.ndjson');
  process.exitCode = await runAborts({ folder, count, record, withinMs: Number(values.minutes) * 60_000 });
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

function timed(address: string, agent: Agent): Promise<number> {
  const begunMs = performance.now();
  return new Promise((resolve, reject) => {
    get(`http://${address}/`, { agent }, (response) => {
      response.resume().on('end', () => resolve(performance.now() - begunMs));
    }).on('error', reject);
  });
}
