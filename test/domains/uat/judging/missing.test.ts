import { expect, it } from 'vitest';
import { missingLines } from '../../../../src/domains/uat/judging/missing.ts';
import type { CheckTotal } from '../../../../src/model/finding.ts';
import type { AcceptanceResult } from '../../../../src/model/uat.ts';

const total = (check: CheckTotal['check'], over: Partial<CheckTotal>): CheckTotal => ({
  ...{ check, pages: 1, times: 1, tookMs: 1, count: 1, notDone: [], leftOut: 0 },
  ...over,
});

it('says what of the pages was looked at in part only, and which links nobody followed', () => {
  const checks = [
    total('keyboard', {
      notDone: ['250 of 509 stops were walked', '/search: a state of it is not opened by its address'],
    }),
    total('zoom', {}),
    total('links', { notLookedAt: ['/logoff'] }),
  ];
  const empty = {
    browsers: [],
    findings: [],
    looks: [],
    waiverProblems: [],
    leftOut: 0,
    unwatched: [],
    checklist: [],
  };
  const lines = missingLines({ ...empty, checks } as unknown as AcceptanceResult, {
    ...{ browsers: [], sizes: [], chosen: [], scenarioFolder: 'uat' },
    budgets: { LCP: 1, INP: 1, CLS: 1, FCP: 1, TTFB: 1 },
  });
  expect(lines.slice(0, 2)).toEqual([
    'The walk by Tab was not done everywhere: 250 of 509 stops were walked, and 1 more.',
    '1 link was not followed, which may do something: /logoff.',
  ]);
});
