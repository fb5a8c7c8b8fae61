import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asked, type CriteriaEvidence, judgeCriteria } from '../../../src/domains/readiness/criteria.ts';
import { criteriaOf, hoursOf, readCriteria } from '../../../src/domains/readiness/criteria-file.ts';
import { objective, part, source } from './made-facts.ts';

const bundled = new URL('../../../reports/policies/success-criteria.json', import.meta.url);
const read = (text: string) => criteriaOf(text, (why) => new Error(why));

describe('the file of success criteria', () => {
  it('is the scenario’s as it stands', async () => {
    const criteria = await readCriteria(null);
    expect(criteria).toEqual(JSON.parse(readFileSync(bundled, 'utf8')));
    expect(criteria.requiredEvents?.length).toBe(6);
  });

  it.each([
    ['a key that is not known', '{"requiredEvent":[]}', /unrecognized key/i],
    ['a metric that is not known', '{"deploymentMetrics":{"testPassRatio":">=95%"}}', /unrecognized key/i],
    ['an event that is not known', '{"requiredEvents":["staging/ready"]}', /requiredEvents\.0/],
    ['a key of the state that is not known', '{"blackboardState":{"passed":"true"}}', /blackboardState/],
    [
      'a rate in hours',
      '{"deploymentMetrics":{"testPassRate":">=95_hours"}}',
      /testPassRate: must be written as >=95%/,
    ],
    ['a rate without a unit', '{"deploymentMetrics":{"testPassRate":">=0.95"}}', /testPassRate/],
    ['a time in percent', '{"deploymentMetrics":{"stabilityPeriod":">=24%"}}', /stabilityPeriod/],
    ['a time without a unit', '{"deploymentMetrics":{"stabilityPeriod":">=24"}}', /stabilityPeriod/],
    ['another comparison', '{"deploymentMetrics":{"testPassRate":">95%"}}', /testPassRate/],
    ['a key twice', '{"requiredEvents":["swarm/started"],"requiredEvents":[]}', /a key twice/],
    ['nothing', '{}', /asks for nothing/],
    ['no JSON', 'requiredEvents: []', /no JSON/],
  ])('is refused with %s', (_, text, why) => {
    expect(() => read(text)).toThrow(why);
  });

  it('has times in hours, minutes and days', () => {
    expect(['>=24_hours', '>=2_days', '>=30_minutes'].map(hoursOf)).toEqual([24, 48, 0.5]);
  });
});

/** All of the scenario's criteria, met. */
async function met(stableHours: number | null = null): Promise<CriteriaEvidence[]> {
  const criteria = await readCriteria(null);
  const at = '2026-11-20T09:00:00Z';
  const value = (key: string, of: unknown): CriteriaEvidence => ({
    kind: 'value',
    key,
    value: of,
    writer: 'the watch',
    open: '',
  });
  return [
    asked(criteria, stableHours),
    { kind: 'stage', runId: 's1', changed: '' },
    ...(criteria.requiredEvents ?? []).map(
      (type): CriteriaEvidence => ({ kind: 'event', type, at, phase: 'setup', open: '' }),
    ),
    value('environment_status', 'staging_environment_ready'),
    value('validation_status', 'deployment_validated'),
    value('health_status', { status: 'healthy', services: 4 }),
    { kind: 'own', id: 'readiness.approval', verdict: 'pass', reason: 'Approved by Ann.' },
    { kind: 'own', id: 'readiness.checklist', verdict: 'pass', reason: 'All 20 lines are shown.' },
    source('rehearsal'),
    source('security-validation', { gate: 'security' }),
    objective('response-p95'),
    objective('stable-time', { gate: 'stability', value: 24, unit: 'h' }),
    part('functional.unit', {
      figures: [
        { name: 'Tests', value: '1,000' },
        { name: 'Passed', value: '960' },
      ],
    }),
    part('security.dependencies', { figures: [{ name: 'Findings, critical', value: '0' }] }),
  ];
}

type Change = (all: CriteriaEvidence[]) => CriteriaEvidence[];
const found = async (change: Change = (all) => all, hours: number | null = null) =>
  new Map(judgeCriteria(change(await met(hours))).checks.map((one) => [one.id, one]));
const where =
  (is: (one: CriteriaEvidence) => boolean, more: object): Change =>
  (all) =>
    all.map((one) => (is(one) ? ({ ...one, ...more } as CriteriaEvidence) : one));
const not =
  (is: (one: CriteriaEvidence) => boolean): Change =>
  (all) =>
    all.filter((one) => !is(one));
const key = (wanted: string) => (one: CriteriaEvidence) => one.kind === 'value' && one.key === wanted;
const id = (wanted: string) => (one: CriteriaEvidence) => 'id' in one && one.id === wanted;

describe('the success criteria', () => {
  it('are open where the candidate did not stay the same in the stage', async () => {
    const all = (await met()).map((one) => (one.kind === 'stage' ? { ...one, changed: 'shop was a and is b.' } : one));
    const { checks } = judgeCriteria(all);
    expect(checks.filter(({ verdict }) => verdict !== 'pass').map(({ reason }) => reason)).toEqual([
      'In s1 that is not shown: shop was a and is b. Begin a new stage.',
    ]);
  });

  it('are met, each line with what shows it', async () => {
    const all = [...(await found()).values()];
    expect(all.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(all.length).toBe(17);
    expect((await found()).get('metric-testPassRate')?.reason).toMatch(/960 of 1000/);
  });

  it('take a test that was skipped for none that failed', async () => {
    const figures = [
      { name: 'Tests', value: '1,060' },
      { name: 'Passed', value: '960' },
      { name: 'Skipped or to be done', value: '60' },
    ];
    const { verdict, reason } =
      (await found(where(id('functional.unit'), { figures }))).get('metric-testPassRate') ?? {};
    expect([verdict, reason]).toEqual(['pass', '960 of 1000 tests passed, 96.0 %.']);
  });

  it('pass nothing where nothing was found', async () => {
    const checks = judgeCriteria([asked(await readCriteria(null), null)]).checks;
    expect(checks.filter(({ verdict }) => verdict === 'pass')).toEqual([]);
    expect(judgeCriteria([]).checks[0]?.verdict).toBe('inconclusive');
  });

  const event = (one: CriteriaEvidence) => one.kind === 'event' && one.type === 'staging/testing_requested';
  it.each<[string, string, string, Change]>([
    ['an event that did not happen', 'event-staging-testing_requested', 'inconclusive', not(event)],
    [
      'an event put in by hand',
      'event-staging-testing_requested',
      'inconclusive',
      where(event, { open: 'its phase has no run' }),
    ],
    [
      'a state put in by hand',
      'state-environment_status',
      'inconclusive',
      where(key('environment_status'), { open: 'it has no run' }),
    ],
    [
      'ready, which is no alias',
      'state-environment_status',
      'fail',
      where(key('environment_status'), { value: 'ready' }),
    ],
    [
      'passed, which is no alias',
      'state-validation_status',
      'fail',
      where(key('validation_status'), { value: 'passed' }),
    ],
    [
      'health without its word',
      'state-health_status',
      'inconclusive',
      where(key('health_status'), { value: { state: 'healthy' } }),
    ],
    ['a number for health', 'state-health_status', 'inconclusive', where(key('health_status'), { value: 1 })],
    ['ill health', 'state-health_status', 'fail', where(key('health_status'), { value: { status: 'degraded' } })],
    [
      'nobody’s approval',
      'state-deployment_approved',
      'inconclusive',
      where(id('readiness.approval'), { verdict: 'inconclusive' }),
    ],
    ['a rejection', 'state-deployment_approved', 'fail', where(id('readiness.approval'), { verdict: 'fail' })],
    ['no checklist', 'state-production_ready', 'inconclusive', not(id('readiness.checklist'))],
    [
      'too few tests that passed',
      'metric-testPassRate',
      'fail',
      where(id('functional.unit'), {
        figures: [
          { name: 'Tests', value: '100' },
          { name: 'Passed', value: '94' },
        ],
      }),
    ],
    [
      'tests that were all skipped',
      'metric-testPassRate',
      'inconclusive',
      where(id('functional.unit'), {
        figures: [
          { name: 'Tests', value: '9' },
          { name: 'Passed', value: '0' },
          { name: 'Skipped or to be done', value: '9' },
        ],
      }),
    ],
    [
      'no issue at all, where the gate was left open',
      'metric-securityIssues',
      'inconclusive',
      (all) =>
        where(id('security-validation'), { verdict: 'inconclusive' })(
          where(({ kind }) => kind === 'criteria', { metrics: [{ key: 'securityIssues', wanted: 'none' }] })(all),
        ),
    ],
    ['tests that nobody counted', 'metric-testPassRate', 'inconclusive', where(id('functional.unit'), { figures: [] })],
    [
      'more passed than there are',
      'metric-testPassRate',
      'inconclusive',
      where(id('functional.unit'), {
        figures: [
          { name: 'Tests', value: '1' },
          { name: 'Passed', value: '2' },
        ],
      }),
    ],
    [
      'no tests',
      'metric-testPassRate',
      'inconclusive',
      where(id('functional.unit'), {
        figures: [
          { name: 'Tests', value: '0' },
          { name: 'Passed', value: '0' },
        ],
      }),
    ],
    [
      'a target without a figure',
      'metric-performanceTargetsMet',
      'inconclusive',
      where(id('response-p95'), { value: null }),
    ],
    [
      'a critical finding',
      'metric-securityIssues',
      'fail',
      where(id('security.dependencies'), { verdict: 'fail', figures: [{ name: 'Findings, critical', value: '1' }] }),
    ],
    [
      'a scan that did not look',
      'metric-securityIssues',
      'inconclusive',
      where(id('security.dependencies'), { verdict: 'inconclusive' }),
    ],
    [
      'a failure of unknown weight',
      'metric-securityIssues',
      'inconclusive',
      where(id('security.dependencies'), { verdict: 'fail', figures: [] }),
    ],
    ['a day that is not over', 'metric-stabilityPeriod', 'inconclusive', where(id('stable-time'), { value: 23.9 })],
    [
      'a day in milliseconds',
      'metric-stabilityPeriod',
      'inconclusive',
      where(id('stable-time'), { unit: 'ms', value: 90_000_000 }),
    ],
    [
      'a rehearsal that is too old',
      'metric-deploymentSuccess',
      'inconclusive',
      where(id('rehearsal'), { doubt: 'it is too old' }),
    ],
    ['a rehearsal that failed', 'metric-deploymentSuccess', 'fail', where(id('rehearsal'), { verdict: 'fail' })],
    [
      'no rehearsal',
      'metric-deploymentSuccess',
      'inconclusive',
      where(id('rehearsal'), { runId: null, verdict: 'not run' }),
    ],
  ])('are not met with %s', async (_, line, verdict, change) => {
    expect((await found(change)).get(line)?.verdict).toBe(verdict);
  });

  it('say where the policy asks for less time', async () => {
    const check = (await found(where(id('stable-time'), { value: 0.1 }), 0.08)).get('metric-stabilityPeriod');
    expect(check).toMatchObject({
      verdict: 'pass',
      reason: expect.stringMatching(/policy asks for 4 min 48 s in its place/),
    });
  });
});
