import { expect, test } from 'vitest';
import { verdictOf } from '../../../src/domains/part.ts';
import type { Plan, RehearsalRun } from '../../../src/domains/promotion/plan/evidence.ts';
import { judge } from '../../../src/domains/promotion/plan/judge.ts';
import { planMarkdown } from '../../../src/domains/promotion/plan/markdown.ts';
import { resultsOf } from './request.ts';

const step = { title: 'Move the traffic', owner: 'Ada', command: './switch green', goWhen: null, minutes: null };

function planOf(about: Partial<Plan>): Plan {
  return {
    ...{ kind: 'plan', version: 'v2.1.0', previous: 'v2.0.0', artifacts: [], commit: null, owner: 'Ada', move: null },
    ...{
      before: [],
      deploy: [step],
      after: [],
      rollback: [{ ...step, title: 'Move it back', command: './switch blue' }],
      triggers: [],
    },
    ...about,
  };
}

function runOf(about: Partial<RehearsalRun['moves'][number]>): RehearsalRun {
  return {
    ...{
      kind: 'rehearsal',
      runId: '2026-11-29T1000-0001',
      endedAt: '2026-11-29T10:10:00Z',
      manifestSha256: 'a'.repeat(64),
      others: [],
    },
    moves: [
      {
        ...{
          id: 'blue-green',
          title: 'Blue-green switch',
          verdict: 'pass',
          triggers: ['More than 1 % fail'],
          runbook: ['Bring it up.'],
        },
        deploy: [
          { what: 'Bring it up', ms: 9_000 },
          { what: 'Move the traffic', ms: 1_000 },
        ],
        rollback: [{ what: 'Move it back', ms: 400 }],
        ...about,
      },
    ],
  };
}

const judged = (...pieces: Parameters<typeof judge>[0][number]['data'][]) =>
  judge(pieces.map((data) => ({ atMs: 0, data })));
const verdicts = (...pieces: Parameters<typeof judged>) =>
  Object.fromEntries(judged(...pieces).checks.map(({ id, verdict }) => [id, verdict]));

test('what was rehearsed, with owners and commands, is a plan', () => {
  const { checks, figures, tables } = judged(planOf({}), runOf({}));
  expect(verdictOf(checks)).toBe('pass');
  expect(figures).toContainEqual({ name: 'Deployment, measured', value: '10\u00a0s' });
  expect(figures).toContainEqual({ name: 'Rollback, measured', value: '400\u00a0ms' });
  // A certificate finds by these what it rests on.
  expect(figures).toContainEqual({ name: 'Run', value: '2026-11-29T1000-0001' });
  expect(tables?.find(({ title }) => title === 'Rollback triggers')?.rows).toEqual([['More than 1 % fail']]);
});

test('what it lacks leaves it open, and a rehearsal that failed fails it', () => {
  const none = {
    kind: 'no rehearsal',
    others: ['2026-11-28T1000-0001'],
    unreadable: ['2026-11-28T1100-0001'],
  } as const;
  expect(verdicts(planOf({}), { ...none, others: [...none.others], unreadable: [...none.unreadable] })).toEqual({
    ...{ rehearsed: 'inconclusive', times: 'inconclusive', owners: 'pass', commands: 'pass', rollback: 'inconclusive' },
  });
  expect(verdicts(planOf({ owner: null }), runOf({})).owners).toBe('inconclusive');
  expect(verdicts(planOf({ deploy: [{ ...step, owner: null }] }), runOf({})).owners).toBe('inconclusive');
  expect(verdicts(planOf({ deploy: [{ ...step, command: null }] }), runOf({})).commands).toBe('inconclusive');
  expect(verdicts(planOf({ rollback: [] }), runOf({})).commands).toBe('inconclusive');
  expect(verdicts(planOf({}), runOf({ rollback: [{ what: 'back', ms: null }] }))).toMatchObject({
    times: 'inconclusive',
    rollback: 'inconclusive',
  });
  expect(verdicts(planOf({}), runOf({ deploy: [] })).times).toBe('inconclusive');
  expect(verdicts(planOf({}), runOf({ triggers: [] })).rollback).toBe('inconclusive');
  expect(verdicts(planOf({}), runOf({ verdict: 'fail' })).rehearsed).toBe('fail');
  expect(verdicts(planOf({}), runOf({ verdict: 'inconclusive' })).rehearsed).toBe('inconclusive');
  expect(verdicts(planOf({ move: 'canary' }), runOf({})).rehearsed).toBe('inconclusive');
  const doubtful = { ...runOf({}), doubt: 'its evidence was changed after it' };
  expect(verdicts(planOf({}), doubtful).rehearsed).toBe('inconclusive');
  expect(verdicts(planOf({}), { ...doubtful, moves: runOf({ verdict: 'fail' }).moves }).rehearsed).toBe('fail');
  expect(judged().checks.map(({ verdict }) => verdict)).toEqual(['inconclusive']);
});

test('the Markdown that somebody goes by shows commands as they are, and nothing of a hostile text acts', () => {
  const evil = '](javascript:alert(1)) <img src=x onerror=alert(1)> | @everyone `x` \u202e';
  const { checks, figures, tables, runbook } = judged(
    planOf({ owner: evil, deploy: [{ ...step, title: evil, command: `echo "${evil}" | sh` }], triggers: [evil] }),
    runOf({ title: evil, runbook: [evil] }),
  );
  const part = {
    id: 'plan',
    title: evil,
    verdict: 'pass' as const,
    checks,
    figures,
    tables: tables ?? [],
    runbook: runbook ?? [],
    startMs: 0,
    endMs: 1,
    error: null,
    marks: [],
  };
  const text = planMarkdown(resultsOf({ name: evil }), {
    parts: [part],
    notBegun: [],
    notAsked: [],
    coveragePercent: null,
  });
  expect(text).toContain('<code>echo "');
  expect(text).not.toMatch(/<img|\]\(javascript|@everyone|\u202e/);
  // No cell ends where somebody wrote a bar.
  const widths = text
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('echo'))
    .map((line) => line.split('|').length);
  expect(widths).toEqual([7]);
  expect(
    planMarkdown(resultsOf({ verdict: 'fail' }), { parts: [], notBegun: [], notAsked: [], coveragePercent: null }),
  ).toContain('this plan is not to be carried out');
});
