import type { ObjectiveFact, PartFact, SourceFact } from '../../../src/domains/readiness/facts.ts';

/** An objective of a run that counts, passed unless said otherwise. */
export function objective(id: string, more: Partial<ObjectiveFact> = {}): ObjectiveFact {
  return {
    ...{ kind: 'objective', id, gate: 'performance', title: id, runId: 'r1', verdict: 'pass', value: 1 },
    ...{ low: null, high: null, target: 2, comparison: '<', unit: 'ms', key: true, required: 'below 2 ms' },
    ...{ reason: `${id} is as required.`, changePercent: null },
    ...more,
  };
}

export function part(id: string, more: Partial<PartFact> = {}): PartFact {
  return {
    ...{ kind: 'part', id, title: id, runId: 'r2', verdict: 'pass', reason: 'All passed.', figures: [] },
    ...more,
  };
}

export function source(id: string, more: Partial<SourceFact> = {}): SourceFact {
  return {
    ...{ kind: 'source', id, gate: id, title: id, runId: 'r3', command: 'shakedown', ageHours: 1, maxAgeHours: 168 },
    ...{ verdict: 'pass', summary: 'as required', doubt: '' },
    ...more,
  };
}
