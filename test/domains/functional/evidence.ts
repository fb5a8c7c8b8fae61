import type { SuiteEvidence } from '../../../src/domains/functional/suite/evidence.ts';

/** Of a suite of ten tests that passed, with what differs. */
export function suiteWith(change: Partial<SuiteEvidence> = {}): SuiteEvidence {
  return {
    ...{ kind: 'suite', name: 'api', folder: 'api-api-000000', passRate: 95, minimumTests: 1, durationMs: 1500 },
    end: { how: 'ended', code: 0, detail: null, last: ['done'], timeoutMs: 60_000 },
    files: [{ path: 'api.xml', format: 'junit', tests: 10, sha256: 'ab' }],
    ...{ stale: [], wanted: ['api.xml'], faults: [], notes: [] },
    counts: countsOf({ passed: 10 }),
    notPassed: [],
    before: { at: '2026-01-02T03:04:05.000Z', version: 'v1', tests: 10, error: null },
    vanished: { total: 0, listed: [] },
    gone: [],
    coverage: null,
    ...change,
  };
}

export function countsOf(some: Partial<SuiteEvidence['counts']>): SuiteEvidence['counts'] {
  return { passed: 0, failed: 0, flaky: 0, skipped: 0, todo: 0, notRun: 0, newFailed: 0, ...some };
}

type NotPassed = SuiteEvidence['notPassed'][number];

export function notPassed(id: string, state: NotPassed['state'], before: NotPassed['before'], message = ''): NotPassed {
  return { id, state, before, message, attempts: 1 };
}
