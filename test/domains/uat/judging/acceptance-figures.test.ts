import { describe, expect, it } from 'vitest';
import { metrics } from '../../../../src/domains/uat/judging/metrics.ts';
import { acceptanceObjectives } from '../../../../src/domains/uat/judging/objectives.ts';
import { wcagCoverage } from '../../../../src/domains/uat/wcag.ts';
import { evaluateGates } from '../../../../src/gate/gates.ts';
import { judgeAll } from '../../../../src/gate/judge.ts';
import type { Metric } from '../../../../src/gate/metric.ts';
import { Metrics } from '../../../../src/gate/metrics.ts';
import type { UatBrowser } from '../../../../src/model/browser.ts';
import type { FindingGroup } from '../../../../src/model/finding.ts';
import type { RunFacts } from '../../../../src/model/run-facts.ts';
import type { AcceptanceResult } from '../../../../src/model/uat.ts';

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
const firefox: UatBrowser = { ...browser(), name: 'firefox', label: 'Firefox 153' };
const good = (over: Partial<AcceptanceResult> = {}): AcceptanceResult => ({
  sizes: [],
  coverage: wcagCoverage(),
  waiverProblems: [],
  manual: [],
  unwatched: [],
  leftOut: 0,
  wallMs: 0,
  playwright: '1.64.1',
  browsers: [browser(), firefox],
  history: null,
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
const table = new Metrics(metrics as readonly Metric[]);
const judged = (over: Partial<AcceptanceResult> = {}) => {
  const section = { acceptance: good(over), vitals: [] };
  const facts = {} as RunFacts;
  const objectives = judgeAll(
    acceptanceObjectives,
    table,
    (objective) => table.of(objective)?.read({ state: null, section, facts }, objective) ?? { value: null, samples: 0 },
    { invalidShare: 0, maxInvalidShare: 0, facts },
  );
  const [gate] = evaluateGates(objectives, [{ id: 'uat', title: 'UAT', broken: null }], table);
  return {
    objectives,
    gate,
    of: (id: string) => objectives.find(({ objective }) => objective.id === id),
    open: objectives
      .filter(({ verdict }) => verdict !== 'pass')
      .map(({ objective, verdict }) => `${objective.id} ${verdict}`),
  };
};

describe('the UAT gate', () => {
  it('passes where everything was shown', () => {
    expect(judged().open).toEqual([]);
    expect(judged().gate).toMatchObject({ id: 'uat', verdict: 'pass', score: 100 });
  });

  it.each<[string, Partial<AcceptanceResult>, string]>([
    [
      'a failed scenario',
      {
        scenarios: [{ info, cells: [{ ...cell, outcome: 'failed', error: { message: 'x', step: 'Then it is so' } }] }],
      },
      'business-scenarios fail',
    ],
    ['a flaky one', { scenarios: [{ info, cells: [{ ...cell, outcome: 'flaky' }] }] }, 'steady-scenarios inconclusive'],
    [
      'one that was not run',
      { scenarios: [{ info, cells: [cell, { ...cell, outcome: 'not run' }] }] },
      'business-scenarios inconclusive',
    ],
    ['a runner that was killed', { ended: false }, 'business-scenarios inconclusive'],
    ['a browser that is not there', { browsers: [browser(), webkit] }, 'cross-browser inconclusive'],
    ['one browser alone', { browsers: [browser()] }, 'cross-browser inconclusive'],
    [
      'one that is meant for nowhere',
      {
        scenarios: [
          { info, cells: [cell] },
          { info: { ...info, id: 'S-2' }, cells: [] },
        ],
      },
      'business-scenarios inconclusive',
    ],
    [
      'one that must pass and is declared to fail',
      { scenarios: [{ info, cells: [cell, { ...cell, declaredToFail: '' }] }] },
      'business-scenarios inconclusive',
    ],
    ['a violation', { findings: [group] }, 'accessibility fail'],
    ['nothing scanned', { checks: [] }, 'accessibility inconclusive,user-experience inconclusive'],
    ['a console error', { findings: [{ ...group, kind: 'console' }] }, 'user-experience fail'],
    [
      'vitals that no engine told',
      {
        vitals: good().vitals.map((each): AcceptanceResult['vitals'][number] => ({
          ...each,
          state: 'unsupported',
          verdict: 'inconclusive',
        })),
      },
      'perceived-performance inconclusive',
    ],
  ])('does not pass with %s', (_, over, expected) => {
    expect(judged(over).open.join()).toBe(expected);
    expect(judged(over).gate?.verdict).toBe(expected.includes('fail') ? 'fail' : 'inconclusive');
  });

  it('passes with what is waived, and with what only a person can decide, which is counted', () => {
    const waived = { ...group, waiver: { owner: 'Ada', reason: 'later', expires: '2027-01-01' } };
    expect(judged({ findings: [waived, { ...group, kind: 'review' }] }).gate?.verdict).toBe('pass');
    expect(judged({ findings: [{ ...group, kind: 'review' }] }).of('accessibility')?.words?.observed).toContain(
      '1 to review',
    );
    expect(judged({ browsers: [browser(), { ...webkit, waived: 'no customer has it' }] }).gate?.verdict).toBe('pass');
  });

  it('of one browser alone says what is wanted, and passes where the other engines are waived, named or not', () => {
    const alone = judged({ browsers: [browser()] }).of('cross-browser');
    expect([alone?.words?.wanted, alone?.reason]).toEqual([
      'Chromium, Firefox and WebKit, unless waived',
      'Only Chromium 156.0 was asked for: nothing is shown of Firefox and WebKit. Name them in `uat.browsers` too, or say in `uat.waivedBrowsers` why they need not be there.',
    ]);
    const unnamed = (label: string, name: UatBrowser['name']): UatBrowser => ({
      ...webkit,
      ...{ name, label, notRun: 'not asked for', waived: 'an appliance', isUnasked: true },
    });
    const [ofFirefox, ofWebkit] = [unnamed('Firefox', 'firefox'), unnamed('WebKit', 'webkit')];
    expect(judged({ browsers: [browser(), ofWebkit] }).of('cross-browser')?.reason).toMatch(
      /nothing is shown of Firefox\. Name it/,
    );
    expect(judged({ browsers: [browser(), ofFirefox, ofWebkit] }).of('cross-browser')).toMatchObject({
      verdict: 'pass',
      words: { observed: 'Chromium 156.0', wanted: 'Chromium' },
    });
  });

  it('says how many page loads vitals were measured in, and how many are needed', () => {
    const [lcp] = good().vitals;
    if (lcp === undefined) throw new Error('no vital');
    const few = (metric: (typeof lcp)['metric'], samples: number) => ({
      ...lcp,
      ...{ metric, samples, verdict: 'inconclusive' as const },
    });
    const reason = (...vitals: (typeof lcp)[]) => judged({ vitals }).of('perceived-performance')?.reason;
    expect(reason(few('LCP', 1), few('CLS', 1))).toBe(
      'LCP and CLS cannot be decided from 1 page load in a browser: at least 13 are needed.',
    );
    expect(reason(few('LCP', 4), few('CLS', 6), { ...few('INP', 0), state: 'not measured' })).toBe(
      'LCP and CLS cannot be decided from 4 to 6 page loads in a browser: at least 13 are needed. INP was measured in no browser.',
    );
    expect(reason(few('LCP', 40))).toBe(
      'After 40 page loads in a browser LCP can still be on either side of its budget.',
    );
  });

  it('names the scenario, the browser and the step that failed', () => {
    const failed = { ...cell, outcome: 'failed' as const, error: { message: 'x', step: 'Then it is so' } };
    const { objectives, gate } = judged({ scenarios: [{ info, cells: [failed, cell] }] });
    expect(objectives[0]?.reason).toBe('S-1 Buys fails in chromium at phone size, at “Then it is so”.');
    expect(objectives[0]?.words).toEqual({ observed: '1 of 2 passed', wanted: 'all, in chromium at phone size' });
    expect(gate?.summary).toBe('1 of 2 passed');
  });

  it('says why it is open, and what was seen all the same', () => {
    const { of } = judged({ browsers: [browser(), webkit] });
    expect(of('cross-browser')).toMatchObject({
      reason: 'WebKit was not run.',
      value: 1,
      words: { observed: 'Chromium 156.0', wanted: 'Chromium and WebKit' },
    });
    expect(judged({ scenarios: [] }).of('business-scenarios')?.reason).toBe('No scenario was run.');
    expect(judged({ troubles: ['No file could be loaded.'] }).of('business-scenarios')?.reason).toBe(
      'No file could be loaded.',
    );
  });
});
