import type { RollbackStrategy } from './format.ts';
import type { ExperimentJournal, HypothesisState } from './journal.ts';

/** A probe that failed, rather than gave something else, makes the experiment one that failed. */
export function statusOf(state: HypothesisState): 'failed' | 'completed' {
  return state.probes.every(({ status }) => status === 'succeeded') ? 'completed' : 'failed';
}

/** When rollbacks are played, by Chaos Toolkit's rules. */
export function playsRollbacks(strategy: RollbackStrategy, { status, deviated }: ExperimentJournal): boolean {
  if (strategy === 'default') return status !== 'failed' && status !== 'interrupted';
  return strategy === 'always' || (strategy === 'deviated' && deviated);
}
