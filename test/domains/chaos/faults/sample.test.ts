import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ComponentOf } from '../../../../src/domains/chaos/fault.ts';
import { clockSkew } from '../../../../src/domains/chaos/faults/clock-skew.ts';
import { databaseFailover } from '../../../../src/domains/chaos/faults/database-failover.ts';
import { databaseRestart } from '../../../../src/domains/chaos/faults/database-restart.ts';
import type { SampleSystem } from '../../../../src/model/sample-system.ts';
import { startSample } from '../../../../src/sample/start.ts';
import { look } from './still.ts';
import { listInMemory, take } from './undo-steps.ts';

let sample: SampleSystem;
beforeAll(async () => {
  sample = await startSample({ instances: 1 });
}, 60_000);
afterAll(() => sample?.stop());

const shop = (): ComponentOf<'process'> => ({
  kind: 'process',
  name: 'shop-1',
  pid: () => sample.instances[0]?.pid ?? -1,
  url: `${sample.instances[0]?.url}/healthz`,
  relaunch: (environment) => sample.relaunch('shop-1', environment),
});
const database = (): ComponentOf<'database'> => ({
  kind: 'database',
  name: 'database',
  url: sample.database.url,
  pid: () => sample.database.pid,
  restart: null,
  failover: null,
});
/** Waits until the process that is called the database answers as it: after a crash its supervisor may have to start it twice. */
const settled = () =>
  expect
    .poll(
      async () => {
        const client = new Client({ connectionString: sample.database.url });
        try {
          await client.connect();
          const { rows } = await client.query(
            "select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid",
          );
          return rows[0].pid === sample.database.pid;
        } catch {
          return false;
        } finally {
          await client.end().catch(() => {});
        }
      },
      { timeout: 15_000 },
    )
    .toBe(true);
const context = (undo = listInMemory(), noop = false) => ({ undo, signal: AbortSignal.timeout(60_000), noop });
const noClock = await clockSkew.unavailable({
  kind: 'process',
  name: 'x',
  pid: () => 1,
  url: 'http://x',
  relaunch: async () => {},
});

it.skipIf(noClock !== null)(
  `sets the clock of one process wrong, and right again${noClock ? ` (${noClock})` : ''}`,
  async () => {
    const undo = listInMemory();
    const active = await clockSkew.inject({ offsetSeconds: -7200 }, shop(), context(undo));
    expect(await active.prove()).toMatchObject({ seen: true });
    expect((await look(active)).held).toBe(true);
    // Started anew by its supervisor it has the right time.
    const skewed = shop().pid();
    process.kill(skewed, 'SIGKILL');
    await expect.poll(() => shop().pid(), { timeout: 15_000 }).not.toBe(skewed);
    expect(await look(active)).toMatchObject({ held: false, measured: 'another process' });
    await active.revert();
    await active.revert();
    expect((await fetch(shop().url ?? '')).headers.get('date')).toSatisfy(
      (date: string) => Math.abs(Date.parse(date) - Date.now()) < 3000,
    );
    expect(readFileSync(`/proc/${shop().pid()}/environ`, 'utf8')).not.toContain('faketime');
    expect(undo.left()).toEqual([]);
  },
  40_000,
);

it.skipIf(noClock !== null)(
  'has its clock set right by the undo steps alone',
  async () => {
    const undo = listInMemory();
    await clockSkew.inject({ offsetSeconds: 3600 }, shop(), context(undo));
    const skewed = shop().pid();
    for (const { steps } of [...undo.added].reverse()) for (const step of steps) await take(step);
    await expect.poll(() => shop().pid(), { timeout: 15_000 }).not.toBe(skewed);
    expect(readFileSync(`/proc/${shop().pid()}/environ`, 'utf8')).not.toContain('faketime');
  },
  40_000,
);

for (const means of ['fast', 'crash'] as const) {
  it(`restarts the database (${means}), and sees that it was`, async () => {
    const active = await databaseRestart.inject({ means }, database(), context());
    const proof = await active.prove();
    expect(proof.checks.filter((check) => !check.held)).toEqual([]);
    await active.revert();
    await active.revert();
    await settled();
  }, 40_000);
}

it('restarts it by a command, and tells what the command said when it fails', async () => {
  const named = { ...database(), restart: ['/bin/sh', '-c', `kill -INT ${sample.database.pid}`] };
  const active = await databaseRestart.inject({ means: 'command' }, named, context());
  expect((await active.prove()).seen).toBe(true);
  await active.revert();
  const broken = { ...named, restart: ['/bin/sh', '-c', 'echo no such service >&2; exit 5'] };
  await expect(databaseRestart.inject({ means: 'command' }, broken, context())).rejects.toMatchObject({
    code: 'FAULT_COMMAND',
    message: expect.stringContaining('no such service'),
  });
}, 40_000);

it('does not take a database for restarted that was not', async () => {
  const named = { ...database(), failover: ['/bin/true'] };
  const active = await databaseFailover.inject({}, named, context(listInMemory(), true));
  expect(await active.prove()).toMatchObject({ seen: false, checks: [{ measured: 'still there' }, { held: false }] });
  await active.revert();
}, 20_000);

it('says what it would need', async () => {
  expect(await databaseRestart.unavailable(database())).toContain('"means": "fast"');
  expect(await databaseRestart.unavailable(database(), { means: 'crash' })).toBeNull();
  expect(await databaseFailover.unavailable(database())).toContain('no failover command');
  expect(await clockSkew.unavailable({ kind: 'process', name: 'other', pid: () => 1 })).toContain(
    'how other is started',
  );
});
