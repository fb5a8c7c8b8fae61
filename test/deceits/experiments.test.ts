import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { faults } from '../../src/domains/chaos/faults/index.ts';
import { createInjector } from '../../src/domains/chaos/injector.ts';
import type { OwnToxiproxy } from '../../src/domains/chaos/toxiproxy/server.ts';
import { startTrial, type Trial } from '../domains/chaos/experiment/trial.ts';
import { listInMemory } from '../domains/chaos/faults/undo-steps.ts';
import { linkTo, ownToxiproxy } from '../domains/chaos/links.ts';
import { startVictim } from '../domains/chaos/victim.ts';
import {
  type ExperimentDeceit,
  type Ground,
  ofOwnActions,
  ofTimes,
  ofUndoneFaults,
  ofUnusedLinks,
} from './experiments.ts';

let trial: Trial;
let server: Server;
let ground: Ground;
let isBroken = false;
let toxiproxy: OwnToxiproxy;
let victim: Awaited<ReturnType<typeof startVictim>>;

beforeAll(async () => {
  trial = await startTrial();
  victim = await startVictim();
  server = createServer(({ method, url }, answer) => {
    if (url === '/break' || url === '/mend') isBroken = url === '/break';
    const end = () => answer.writeHead(method === 'POST' ? 500 : 200).end(url === '/broken' && isBroken ? 'yes' : 'ok');
    setTimeout(end, url === '/slow' ? 600 : 0);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  toxiproxy = await ownToxiproxy();
  const link = await linkTo(toxiproxy, 'link', address);
  ground = { url: `http://${address}`, pid: victim.pid, link, linkUrl: `http://${link.listen}` };
});
afterAll(async () => {
  server.close();
  victim.child.kill('SIGKILL');
  await toxiproxy.stop();
  await trial.end();
});
beforeEach(() => {
  isBroken = false;
});

async function verdictOf(
  experiment: ExperimentDeceit['experiment'],
  {
    besideLoad,
    frequencySeconds = 0.1,
    meanwhile,
  }: Pick<ExperimentDeceit, 'frequencySeconds' | 'meanwhile'> & { besideLoad: boolean },
) {
  let isProved = () => {};
  const proved = new Promise<void>((resolve) => {
    isProved = resolve;
  });
  const injector = createInjector({
    faults,
    components: [victim.component, ground.link],
    undo: listInMemory(),
    now: () => performance.now(),
    on: ({ type }) => {
      if (type === 'shakedown.fault.proved' || type === 'shakedown.fault.ended') isProved();
    },
  });
  const other = meanwhile?.(ground, proved);
  const { result } = await trial.run(experiment(ground), { besideLoad, injector, strategy: { frequencySeconds } });
  await other;
  return [result.verdict, result.reason] as const;
}

/** As `chaos run` runs them, and as `simulate --chaos` does. */
describe.each([
  ['alone', false],
  ['beside a load', true],
])('%s', (_, besideLoad) => tryExperiments(ofOwnActions, besideLoad));

/** Beside a load, its requests under the fault count. */
describe.each([
  ['alone', false],
  ['beside a load', true],
])('%s, on a link', (_, besideLoad) => tryExperiments(ofUnusedLinks, besideLoad));

describe('alone, under a fault', () => tryExperiments([...ofTimes, ...ofUndoneFaults], false));

function tryExperiments(table: readonly ExperimentDeceit[], besideLoad: boolean): void {
  test.each(table.map((deceit) => [deceit.what, deceit] as const))(
    'does not pass, and says why: %s',
    async (_what, { experiment, because, ...how }) => {
      expect(await verdictOf(experiment, { ...how, besideLoad })).toEqual([
        'inconclusive',
        expect.stringMatching(because),
      ]);
    },
  );

  const controls = new Map(table.map((deceit) => [deceit.control, deceit]));
  test.each([...controls.values()].map((deceit) => [deceit.what, deceit] as const))(
    'passes where it is honest, beside: %s',
    async (_what, { control, frequencySeconds, controlFrequencySeconds = frequencySeconds }) => {
      const how = { frequencySeconds: controlFrequencySeconds, besideLoad };
      const [verdict, reason] = await verdictOf(control, how);
      expect(verdict, reason).toBe('pass');
    },
  );
}

test('a rollback that failed is in the reason of what failed for another', async () => {
  const [up] = [`test ! -e ${trial.folder}/down`];
  const program = (...given: string[]) => ({ type: 'process', path: 'sh', arguments: ['-c', ...given] });
  const { result } = await trial.run({
    'steady-state-hypothesis': {
      title: 'well',
      probes: [{ type: 'probe', name: 'up', tolerance: 0, provider: program(up) }],
    },
    method: [{ type: 'action', name: 'down', provider: program(`touch ${trial.folder}/down`) }],
    rollbacks: [{ type: 'action', name: 'undo', provider: program('exit 3') }],
  });
  expect(result).toMatchObject({ verdict: 'fail' });
  expect(result.reason).toMatch(/^The steady state .*The rollback "undo" failed: its program ended with 3\.$/);
});
