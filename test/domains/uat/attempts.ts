import type { UatFinding } from '../../../src/model/finding.ts';
import type { UatAttempt, UatEvent } from '../../../src/model/uat.ts';

export function finding(over: Partial<UatFinding> = {}): UatFinding {
  return {
    kind: 'violation',
    rule: 'label',
    impact: 'critical',
    page: '/checkout',
    element: '#address',
    snippet: '<textarea id="address">',
    what: 'Form elements must have labels',
    fix: null,
    help: null,
    criteria: ['wcag412'],
    step: 'When the customer orders',
    ...over,
  };
}

export function attempt(over: Partial<UatAttempt> & { id?: string; findings?: UatFinding[] } = {}): UatAttempt {
  const { id = 'S-1', findings = [], ...rest } = over;
  return {
    scenario: { id, title: 'Buys', requirement: 'U1', role: 'customer', priority: 'must', tags: [], file: 'a.uat.ts' },
    browser: 'chromium',
    size: 'desktop',
    retry: 0,
    status: 'passed',
    startedAt: '2026-11-20T09:00:00.000Z',
    durationMs: 1200,
    steps: [{ title: 'Given a basket', durationMs: 300, error: null }],
    error: null,
    observation: {
      findings,
      vitals: [],
      unsupported: [],
      checks: [{ check: 'axe', page: '/checkout', tookMs: 200, count: 30, notDone: null }],
    },
    evidence: [],
    ...rest,
  };
}

/** A run in which exactly these attempts were planned and made. */
export function eventsOf(attempts: readonly UatAttempt[], isEnded = true): UatEvent[] {
  const planned = attempts.map(({ scenario, browser, size }) => ({ scenario, browser, size }));
  return [
    { type: 'begin', at: '2026-11-20T09:00:00.000Z', planned },
    ...attempts.map((each): UatEvent => ({ type: 'attempt', attempt: each })),
    ...(isEnded
      ? [{ type: 'end', at: '2026-11-20T09:01:00.000Z', status: 'passed', durationMs: 60_000 } as const]
      : []),
  ];
}
