import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Evidence } from '../../../../../src/domains/monitoring/validation/health/evidence.ts';
import { evidence } from '../../../../../src/domains/monitoring/validation/health/evidence.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/health/judge.ts';
import { runHealth } from '../../../../../src/domains/monitoring/validation/health/run.ts';
import type { PostgresCheck } from '../../../../../src/domains/monitoring/validation/health/settings.ts';
import { type Postgres, startPostgres } from '../../../../../src/sample/supervisor/postgres.ts';

let server: Postgres;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

const limits = {
  ...{ connectionsPercent: 80, lockWaitS: 0.2, statementS: 30, idleInTransactionS: 60 },
  replicationLagS: 10,
};

/** The checks that a run on the database comes to, by id. */
async function judged(url = server.url, more: Partial<PostgresCheck['limits']> = {}) {
  const found: { atMs: number; data: Evidence }[] = [];
  const check: PostgresCheck = {
    ...{ kind: 'postgres', name: 'orders', of: 'database', timeoutS: 3, url, wrongPassword: true },
    limits: { ...limits, ...more },
  };
  const { signal } = new AbortController();
  const record = (data: Evidence) => found.push({ atMs: 0, data: evidence.parse(JSON.parse(JSON.stringify(data))) });
  await runHealth([check], ['cache'], { record, phase: () => {}, signal });
  const result = judge(found, true);
  return { ...result, of: (id: string) => result.checks.find((one) => one.id === `${id}:orders`) };
}

it('accuses nothing of a database that is idle', async () => {
  const { checks, figures, coverage } = await judged();
  expect(checks.map(({ id, verdict, reason }) => [id, verdict, reason])).toEqual(
    ['healthy', 'able-to-fail', 'database-connections', 'database-locks', 'database-statements', 'database-idle'].map(
      (id) => [`${id}:orders`, 'pass', expect.any(String)],
    ),
  );
  expect(figures).toContainEqual({ name: 'Controls that failed as they should', value: '2 of 2' });
  expect(coverage?.[0]).toMatchObject({ covered: 1, total: 6, gaps: expect.not.arrayContaining(['cache']) });
});

it('finds a session that waits for a lock, and the transaction that holds it', async () => {
  const holder = new pg.Client(server.url);
  const waiter = new pg.Client(server.url);
  await Promise.all([holder.connect(), waiter.connect()]);
  try {
    await holder.query('CREATE TABLE IF NOT EXISTS held (id int)');
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE held');
    const waiting = waiter.query('SELECT * FROM held');
    const { of } = await judged(server.url, { idleInTransactionS: 0.1 });
    expect(of('database-locks')).toMatchObject({ verdict: 'fail' });
    expect(of('database-idle')).toMatchObject({ verdict: 'fail' });
    expect(of('database-statements')).toMatchObject({ verdict: 'pass' });
    await holder.query('ROLLBACK');
    await waiting;
  } finally {
    await Promise.all([holder.end(), waiter.end()]);
  }
});

it('does not take for idle what it may not see', async () => {
  const admin = new pg.Client(server.url);
  await admin.connect();
  await admin.query(`CREATE ROLE stranger LOGIN PASSWORD 'x'`);
  await admin.end();
  const url = new URL(server.url);
  url.username = 'stranger';
  url.password = 'x';
  const { of } = await judged(url.href);
  expect(of('healthy')).toMatchObject({ verdict: 'pass' });
  expect(of('database-locks')).toMatchObject({
    verdict: 'inconclusive',
    reason: expect.stringContaining('pg_monitor'),
  });
});

it('fails where connections run out, and where nobody answers', async () => {
  expect((await judged(server.url, { connectionsPercent: 1 })).of('database-connections')).toMatchObject({
    verdict: 'fail',
  });
  const { of } = await judged('postgres://shop:x@127.0.0.1:1/shop');
  expect(of('healthy')).toMatchObject({ verdict: 'fail', reason: '3 of 3 tries failed: ECONNREFUSED.' });
  expect(of('database-load')).toMatchObject({ verdict: 'inconclusive' });
});

it('says what was not checked', () => {
  const checks = [{ name: 'orders', of: 'database' as const, protocol: 'postgres' }];
  expect(judge([{ atMs: 0, data: { kind: 'asked', absent: [], checks } }], false).checks).toMatchObject([
    { id: 'healthy:orders', verdict: 'inconclusive' },
  ]);
  expect(judge([], true).checks).toMatchObject([{ id: 'configured', verdict: 'inconclusive' }]);
});
