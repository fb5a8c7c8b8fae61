import { describe, expect, it } from 'vitest';
import { uatCriteria, uatGate, uatSentence } from '../../../src/domains/uat/criteria.ts';
import type { UatBrowser } from '../../../src/model/browser.ts';
import type { FindingGroup } from '../../../src/model/finding.ts';
import type { UatResult } from '../../../src/model/uat.ts';

const browser = (over: Partial<UatBrowser> = {}): UatBrowser => ({
  name: 'chromium',
  label: 'Chromium 156.0',
  version: '156.0',
  origin: '/usr/bin/chromium',
  notRun: null,
  waived: null,
  ...over,
});
const webkit = browser({ name: 'webkit', label: 'WebKit', version: null, origin: null, notRun: 'not there' });
const info = {
  id: 'S-1',
  title: 'Buys',
  requirement: 'U1',
  role: 'customer',
  priority: 'must' as const,
  tags: [],
  file: 'a',
};
const cell = {
  browser: 'chromium' as const,
  size: 'phone' as const,
  outcome: 'passed' as const,
  attempts: 1,
  durationMs: 9,
  steps: [],
  error: null,
  evidence: [],
};
const group: FindingGroup = {
  kind: 'violation',
  rule: 'label',
  impact: 'critical',
  element: '#address',
  snippet: null,
  what: 'needs a label',
  fix: null,
  help: null,
  criteria: [],
  pages: ['/checkout'],
  seenIn: [],
  scenarios: [],
  steps: [],
  count: 1,
  waiver: null,
};
type Judged = Parameters<typeof uatCriteria>[0];
const good = (over: Partial<Judged> = {}): Judged => ({
  browsers: [browser()],
  scenarios: [{ info, cells: [cell] }],
  findings: [],
  looks: [],
  vitals: [
    {
      metric: 'LCP',
      browser: 'chromium',
      state: 'measured',
      samples: 30,
      p75: 100,
      p25: 90,
      max: 120,
      interval: null,
      budget: 2500,
      verdict: 'pass',
      worstPage: '/',
    },
  ],
  checks: [{ check: 'axe', pages: 3, times: 3, tookMs: 1, count: 1, notDone: [], leftOut: 0 }],
  troubles: [],
  ended: true,
  ...over,
});
const judged = (over: Partial<Judged> = {}) => {
  const criteria = uatCriteria(good(over));
  const gate = uatGate(criteria);
  return {
    criteria,
    gate,
    open: criteria.filter(({ verdict }) => verdict !== 'pass').map(({ id, verdict }) => `${id} ${verdict}`),
  };
};

describe('the UAT gate', () => {
  it('passes where everything was shown', () => {
    expect(judged().open).toEqual([]);
    expect(judged().gate).toMatchObject({ id: 'uat', verdict: 'pass', score: 100 });
  });

  it.each<[string, Partial<Judged>, string]>([
    [
      'a failed scenario',
      {
        scenarios: [{ info, cells: [{ ...cell, outcome: 'failed', error: { message: 'x', step: 'Then it is so' } }] }],
      },
      'scenarios fail',
    ],
    ['a flaky one', { scenarios: [{ info, cells: [{ ...cell, outcome: 'flaky' }] }] }, 'flaky inconclusive'],
    [
      'one that was not run',
      { scenarios: [{ info, cells: [cell, { ...cell, outcome: 'not run' }] }] },
      'scenarios inconclusive',
    ],
    ['a runner that was killed', { ended: false }, 'scenarios inconclusive'],
    ['a browser that is not there', { browsers: [browser(), webkit] }, 'browsers inconclusive'],
    ['a violation', { findings: [group] }, 'accessibility fail'],
    ['nothing scanned', { checks: [] }, 'accessibility inconclusive,experience inconclusive'],
    ['a console error', { findings: [{ ...group, kind: 'console' }] }, 'experience fail'],
    [
      'vitals that no engine told',
      {
        vitals: good().vitals.map((each): UatResult['vitals'][number] => ({
          ...each,
          state: 'unsupported',
          verdict: 'inconclusive',
        })),
      },
      'vitals inconclusive',
    ],
  ])('does not pass with %s', (_, over, expected) => {
    expect(judged(over).open.join()).toBe(expected);
    expect(judged(over).gate.verdict).toBe(expected.includes('fail') ? 'fail' : 'inconclusive');
  });

  it('passes with what is waived, and with what only a person can decide, which is counted', () => {
    const waived = { ...group, waiver: { owner: 'Ada', reason: 'later', expires: '2027-01-01' } };
    expect(judged({ findings: [waived, { ...group, kind: 'review' }] }).gate.verdict).toBe('pass');
    expect(
      judged({ findings: [{ ...group, kind: 'review' }] }).criteria.find(({ id }) => id === 'accessibility')?.observed,
    ).toContain('1 to review');
    expect(judged({ browsers: [browser(), { ...webkit, waived: 'no customer has it' }] }).gate.verdict).toBe('pass');
  });

  it('names the scenario, the browser and the step that failed', () => {
    const { criteria } = judged({
      scenarios: [{ info, cells: [{ ...cell, outcome: 'failed', error: { message: 'x', step: 'Then it is so' } }] }],
    });
    expect(uatSentence('fail', criteria)).toBe('S-1 Buys fails in chromium at phone size, at “Then it is so”.');
  });
});
