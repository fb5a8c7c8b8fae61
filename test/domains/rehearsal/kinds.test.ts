import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { ResolvedDeployment, ResolvedRehearsal } from '../../../src/domains/rehearsal/settings.ts';
import { beginInFlight } from '../../../src/domains/rehearsal/witness/in-flight.ts';
import { notTried, triedKinds } from '../../../src/domains/rehearsal/witness/kinds.ts';
import { reconcile } from '../../../src/domains/rehearsal/witness/reconcile.ts';
import { answeredBy } from '../../../src/domains/rehearsal/witness/request.ts';
import { switchProgram } from './programs.ts';
import { type Tiny, tinyStaging } from './tiny.ts';

type Driver = ResolvedDeployment['switch']['driver'];

const signal = AbortSignal.timeout(300_000);
const paths = { envoyPath: switchProgram('envoy'), nginxPath: switchProgram('nginx') };
const hasHaproxy = (() => {
  try {
    return execFileSync('haproxy', ['-v'], { encoding: 'utf8' }).includes('HAProxy');
  } catch {
    return false;
  }
})();
const has: Partial<Record<Driver, boolean>> = {
  ...{ embedded: true, haproxy: hasHaproxy, envoy: paths.envoyPath !== null, nginx: paths.nginxPath !== null },
};

const slow = (method: string) => ({ method, path: '/?ms=1200', headers: {}, body: method === 'GET' ? null : 'x' });
const kinds: ResolvedRehearsal['kinds'] = {
  ...{ slowGet: slow('GET'), upload: slow('PUT'), post: slow('POST'), http2: slow('GET'), login: null },
  webSocket: { path: '/live', headers: {}, message: 'ahoy' },
};

let tiny: Tiny | undefined;
afterEach(async () => {
  await tiny?.end();
  tiny = undefined;
});

async function twoVersions(driver: Driver, change: Partial<ResolvedDeployment['switch']> = {}): Promise<Tiny> {
  tiny = await tinyStaging({ driver, ...paths, ...change });
  await tiny.staging.up('blue', 'v1', signal);
  await tiny.staging.move({ blue: 100 });
  await tiny.staging.up('green', 'v2', signal);
  return tiny;
}

/** Moves the traffic with eight requests of each kind under way. */
async function moved({ staging }: Tiny) {
  const tried = triedKinds(kinds, staging.switch);
  const { baseUrl } = staging.switch;
  const flight = beginInFlight({ baseUrl, kinds, tried, count: 8, uploadMs: 800, now: () => performance.now() }, {});
  await flight.ready;
  // Slow GETs, uploads, POSTs, WebSockets, and streams where the switch speaks HTTP/2: on the old side, and not only on their way to it.
  const before = tried.includes('HTTP/2 stream') ? 40 : 32;
  await expect.poll(async () => (await staging.switch.read()).inFlight?.blue).toBe(before);
  await staging.move({ green: 100 });
  const finishing = flight.finish();
  const drained = await staging.drained('blue', signal);
  const sent = await finishing;
  const tied = await flight.tiedTo('blue');
  const logs = await staging.requestLogs(staging.sides);
  return { tried, drained, sent: [...sent, ...tied.sent], tied: tied.count, logs };
}

describe.each(['embedded', 'haproxy', 'envoy', 'nginx'] as const)('through %s', (driver) => {
  it.skipIf(has[driver] !== true && process.env.CI === undefined)(
    'requests of every kind, HTTP/2 streams and WebSockets among them, come to their end where they began',
    async () => {
      const at = await twoVersions(driver);
      const { tried, drained, sent, logs } = await moved(at);
      const speaksHttp2 = driver === 'haproxy' || driver === 'envoy';
      expect(tried.includes('HTTP/2 stream')).toBe(speaksHttp2);
      expect(notTried(kinds, at.staging.switch).map(({ kind }) => kind)).toEqual([
        ...(speaksHttp2 ? [] : ['HTTP/2 stream']),
        'cookie session',
      ]);
      expect(sent.filter(({ error }) => error !== null)).toEqual([]);
      for (const kind of tried) {
        const of = sent.filter((each) => each.kind === kind);
        const onOld = of.filter((each) => answeredBy(each) === 'blue');
        expect([kind, of.length, onOld.length]).toEqual([kind, kind === 'idle keep-alive' ? 16 : 8, 8]);
      }
      expect(drained.left).toBe(0);
      expect(drained.tookMs).toBeGreaterThan(1000);
      await expect
        .poll(async () => {
          const found = await reconcile(sent, at.staging.switch.log, logs);
          return [found.failed, found.lost, found.repeated, found.unaccounted, found.atSwitch, found.atInstances];
        })
        .toEqual([0, 0, 0, 0, sent.length, sent.length]);
    },
    60_000,
  );
});

it('WebSockets that are cut at the switch are failures', async () => {
  const { sent, drained } = await moved(await twoVersions('embedded', { cuts: true }));
  const cut = sent.filter(({ kind }) => kind === 'WebSocket');
  expect(cut.map(({ error }) => error)).toEqual(cut.map(() => 'the WebSocket was cut off'));
  expect([cut.length, drained.left]).toEqual([8, 0]);
}, 60_000);

it('a version that refuses WebSockets is seen to fail', async () => {
  tiny = await tinyStaging({ driver: 'embedded' });
  await tiny.staging.up('blue', 'v1', signal);
  await tiny.staging.move({ blue: 100 });
  const { baseUrl } = tiny.staging.switch;
  const flight = beginInFlight(
    { baseUrl, kinds, tried: ['WebSocket'], count: 2, uploadMs: 1, now: () => performance.now() },
    {},
  );
  const [first] = JSON.parse(readFileSync(tiny.settings.stateFile, 'utf8')).sides[0].instances;
  await flight.ready;
  process.kill(first.process.pid, 'SIGKILL');
  const errors = (await flight.finish()).map(({ error }) => error);
  expect(errors.sort()).toEqual([null, 'the WebSocket was cut off'].sort());
}, 60_000);

describe.skipIf(!hasHaproxy && process.env.CI === undefined)('an HAProxy that ties clients by a cookie', () => {
  it('has them go along by maintenance, and what was under way comes to its end', async () => {
    const at = await twoVersions('haproxy', { sticky: 'moved' });
    const { tried, sent, tied, drained } = await moved(at);
    expect(tried).toContain('cookie session');
    expect(sent.filter(({ error }) => error !== null)).toEqual([]);
    expect(sent.filter(({ kind }) => kind === 'cookie session').map(answeredBy)).toEqual([
      ...Array.from({ length: 8 }, () => 'blue'),
      ...Array.from({ length: 8 }, () => 'green'),
    ]);
    expect([tied, drained.left]).toEqual([0, 0]);
    expect((await at.staging.switch.read()).weights).toEqual({ blue: 0, green: 100 });
    await at.staging.move({ blue: 50, green: 50 });
    expect((await at.staging.switch.read()).weights).toEqual({ blue: 50, green: 50 });
    await at.staging.move({ green: 100 });
    await at.staging.down('blue');
    expect((await at.staging.switch.read()).weights).toEqual({ green: 100 });
  }, 60_000);

  it('that only sets weights keeps them on the old side, and that is seen', async () => {
    const { sent, tied, drained } = await moved(await twoVersions('haproxy', { sticky: 'kept' }));
    expect(sent.filter(({ error }) => error !== null)).toEqual([]);
    // Nothing is under way, and still the old side is not free.
    expect([tied, drained.left]).toEqual([8, 0]);
  }, 60_000);
});
