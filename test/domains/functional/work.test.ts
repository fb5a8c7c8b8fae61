import { expect, it } from 'vitest';
import { configuration } from '../../../src/domains/functional/configuration.ts';
import { parts } from '../../../src/domains/functional/parts.ts';
import { suiteKinds } from '../../../src/domains/functional/settings.ts';
import { judge } from '../../../src/domains/functional/work.ts';
import { verdictOf } from '../../../src/domains/part.ts';
import { judgedPart } from '../../../src/domains/part-fold.ts';
import type { ValidationContext } from '../../../src/domains/validation.ts';
import { countsOf, notPassed, suiteWith } from './evidence.ts';

const context = { at: (path: string) => `/project/${path}`, isSample: false, replays: false };
const resolved = (suites: object[]) =>
  configuration.resolve({ functional: configuration.schemas.functional.parse({ suites }) }, context).functional?.suites;

it('has a part for each kind of suite', () => {
  expect(parts.map(({ id }) => id)).toEqual(suiteKinds);
});

it('does not pass a kind of which nothing is configured', async () => {
  for (const { load } of parts) {
    const work = await load();
    const config = { functional: { suites: [] }, target: { sample: null } };
    await expect(work.run({ config } as unknown as ValidationContext)).rejects.toMatchObject({
      code: 'NOT_CONFIGURED',
    });
    const judged = judgedPart(work, { evidence: [], endMs: 5, error: 'No unit tests are configured.' });
    expect(verdictOf(judged.checks)).toBe('inconclusive');
    expect(judged.checks[0]?.reason).toBe('No unit tests are configured.');
  }
});

it('shows the tests that did not pass, those that are gone, and what coverage leaves out', () => {
  const coverage = {
    ...{ minimum: null, error: null, covered: 5, total: 10, files: 3, faults: [] },
    ...{ notCovered: ['src/b.ts'], absent: ['src/c.ts'] },
    excluded: [{ files: 'made/**', reason: 'made by the build', lines: 7, count: 1 }],
  };
  const {
    checks,
    figures,
    tables,
    coverage: looked,
  } = judge([
    suiteWith(),
    suiteWith({
      ...{ name: 'ui', folder: 'ui-ui-000000', coverage },
      counts: countsOf({ passed: 7, failed: 1, flaky: 1, skipped: 1, newFailed: 1 }),
      notPassed: [notPassed('s › a', 'failed', 'passed', 'no money\nat x'), notPassed('s › b', 'flaky', 'passed')],
      vanished: { total: 1, listed: ['s › z'] },
      gone: [{ test: 'old*', reason: 'removed', tests: 0 }],
    }),
  ]);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  expect(figures).toContainEqual({ name: 'Tests', value: '20' });
  expect(figures).toContainEqual({ name: 'Not run', value: '1' });
  expect(tables?.[0]?.rows[1]).toContain('old* under `gone` fits no test');
  expect(tables?.[1]?.rows).toEqual([
    ['ui', 's › a', 'failed', 'passed', 'no money'],
    ['ui', 's › b', 'flaky', 'passed', ''],
    ['ui', 's › z', 'not run', 'was there', 'It is not in the results of this run.'],
  ]);
  expect(looked?.[0]).toMatchObject({ covered: 5, total: 10 });
  expect(looked?.[0]?.gaps.join('\n')).toMatch(
    /src\/c.ts is not in the coverage[\s\S]*src\/b.ts: no line[\s\S]*made\/\*\*.*made by the build/,
  );
});

it('resolves what a configuration leaves out, and refuses two suites of one name', () => {
  const one = { name: 'a', kind: 'unit', command: ['x'], results: 'a.xml' };
  expect(resolved([one, { ...one, kind: 'api', timeout: '90s', passRate: 100 }])).toMatchObject([
    { folder: '/project/.', results: ['a.xml'], timeoutMs: 900_000, passRate: 95, needsTarget: false, minimumTests: 1 },
    { timeoutMs: 90_000, passRate: 100, needsTarget: true },
  ]);
  expect(() => resolved([one, { ...one, name: 'A' }])).toThrow(/there are two unit suites "A"/);
  expect(() => resolved([{ ...one, timeout: '5' }])).toThrow(/the unit is missing/);
});

it('does not call failures new where there is no earlier run, and keeps the names of its kinds', async () => {
  const failed = { counts: countsOf({ passed: 9, failed: 1, newFailed: 1 }), before: null };
  const newOf = (...suites: Parameters<typeof judge>[0][number][]) =>
    judge(suites).figures.find(({ name }) => name === 'Failed now and not before')?.value;
  expect(newOf(suiteWith(failed))).toBe('unknown, no earlier run');
  expect(newOf(suiteWith({ before: null }))).toBe('0');
  expect(newOf(suiteWith({ counts: failed.counts }), suiteWith({ ...failed, name: 'b' }))).toBe(
    '1; of b unknown, no earlier run',
  );
  const config = { functional: { suites: [] }, target: { sample: null } } as unknown as ValidationContext['config'];
  const messages = await Promise.all(
    parts.map(async ({ load }) => (await load()).run({ config } as ValidationContext).catch(({ message }) => message)),
  );
  expect(messages).toContain('No API tests are configured.');
  expect(messages).toContain('No unit tests are configured.');
});

it('leaves out a kind that the system does not have, with the reason, and not one that has a suite', () => {
  const of = (functional: object) =>
    configuration.resolve({ functional: configuration.schemas.functional.parse(functional) }, context).functional;
  const functional = of({ leaveOut: { ui: { reason: 'it has no pages' } } });
  const config = { functional } as unknown as ValidationContext['config'];
  const left = parts.flatMap((part) => (part.leftOut?.(config) ? [[part.id, part.leftOut(config)]] : []));
  expect(left).toEqual([['ui', { reason: 'it has no pages', owner: null }]]);
  const suites = [{ name: 'a', kind: 'ui', command: ['x'], results: 'a.xml' }];
  expect(() => of({ suites, leaveOut: { ui: { reason: 'it has no pages' } } })).toThrow(
    /leaveOut.ui: there is a ui suite "a"/,
  );
  expect(() => of({ leaveOut: { ui: { reason: '' } } })).toThrow();
});
