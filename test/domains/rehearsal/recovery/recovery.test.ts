import { expect, it } from 'vitest';
import type { Evidence } from '../../../../src/domains/rehearsal/recovery/evidence.ts';
import { judge } from '../../../../src/domains/rehearsal/recovery/judge.ts';
import { run } from '../../../../src/domains/rehearsal/recovery/run.ts';
import { withTeardown } from '../../../../src/evidence/teardown.ts';
import { trial } from './trial.ts';

function judged(evidence: readonly Evidence[]) {
  return judge(evidence.map((data) => ({ atMs: 0, data })));
}

it('a lost primary and a backup recover, and lost writes are counted', { timeout: 180_000 }, async () => {
  await withTeardown(async (teardown) => {
    // What a loaded machine takes is not the question here.
    const { context, evidence } = await trial({ firstWriteMs: 30_000, lagMs: 10_000 }, teardown);
    await run(context);
    const { checks, figures, runbook, tables } = judged(evidence);
    // The switchover has tests of its own: PgBouncer may not be here.
    const others = checks.filter(({ id }) => id !== 'switchover');
    expect(others.filter(({ verdict }) => verdict !== 'pass').map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
    expect(checks.find(({ id }) => id === 'loss-control')?.reason).toMatch(/^Held up for .*, it lost \d+ of \d+ ack/);
    expect(figures.find(({ name }) => name === 'Recovery point, synchronous')?.value).toMatch(/^0 of \d+ acknowledged/);
    expect(runbook?.join('\n')).toMatch(/pg_promote\(\).* was primary \d+\sm?s after the loss/);
    expect(tables?.[0]?.rows.length).toBeGreaterThan(5);
  });
});

/** Folder with all of PostgreSQL's programs, which .ci/run fetches. */
const whole = process.env.SHAKEDOWN_POSTGRES_BIN;

it.skipIf(whole === undefined)(
  "with PostgreSQL's own tools the old primary is rewound and the backup verified",
  {
    timeout: 180_000,
  },
  async () => {
    await withTeardown(async (teardown) => {
      const { context, evidence } = await trial({ binFolder: whole, firstWriteMs: 30_000, lagMs: 10_000 }, teardown);
      await run(context);
      expect(evidence.find(({ kind }) => kind === 'backup')).toMatchObject({ by: 'pg_basebackup' });
      const rejoined = evidence.flatMap((piece) => (piece.kind === 'rejoined' ? [`${piece.by} ${piece.without}`] : []));
      expect(rejoined).toEqual(['pg_rewind ', 'pg_rewind ']);
      const verified = evidence.flatMap((piece) =>
        piece.kind === 'verified' && piece.by === 'pg_verifybackup'
          ? [`${piece.what} ${piece.problems.length > 0}`]
          : [],
      );
      expect(verified).toEqual(['backup false', 'damaged true']);
      const others = judged(evidence).checks.filter(({ id, verdict }) => id !== 'switchover' && verdict !== 'pass');
      expect(others.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
    });
  },
);
