import type { Results } from '../../model/results.ts';
import { type EarlierGate, earlierGates } from './gates.ts';

/** Other domains judge a gate too; a final validation only repeats what others found. */
export function isOwnRun(gate: EarlierGate, { sections }: Pick<Results, 'sections'>): boolean {
  const needed = earlierGates.find((one) => one.gate === gate)?.section;
  if (needed === undefined || sections.final !== undefined) return false;
  if (needed === 'monitoring') return sections.monitoring?.validation !== undefined;
  return sections[needed] !== undefined;
}
