import { expect, test } from 'vitest';
import { unfinished } from '../../../src/domains/chaos/unfinished.ts';
import { chaosView } from '../../../src/domains/chaos/view/experiments.ts';
import type { ExperimentResult } from '../../../src/model/chaos.ts';
import type { Results } from '../../../src/model/results.ts';

const named = { title: 'Frozen shop', description: 'd', file: 'a.yaml', tags: [], atMs: 5 };

/** What a report says of the steady state of one experiment. */
function steadyState(one: ExperimentResult): string | undefined {
  const results = {
    run: { startedAt: '2026-01-01T00:00:00Z' },
    sections: { chaos: { experiments: [one], resilience: [], ledgers: [] } },
  };
  const view = chaosView({ ...results, objectives: [] } as unknown as Results);
  return view?.experiments[0]?.facts.find(({ name }) => name === 'Steady state')?.value;
}

test('an experiment that was not begun is not said to have no hypothesis', () => {
  const skipped = (hypothesis?: string) =>
    unfinished({ ...named, hypothesis }, 'no time', 'It was not run.', 'optional');
  expect(steadyState(skipped('the shop answers'))).toBe('the shop answers');
  expect(skipped('the shop answers').hypothesis?.checks).toEqual([]);
  expect(steadyState(skipped())).toBe('not known');
  expect(steadyState({ ...skipped(), stopped: null })).toBe('no hypothesis');
});
