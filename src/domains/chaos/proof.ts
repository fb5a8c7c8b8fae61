import type { FaultProof, ProofCheck } from '../../model/chaos.ts';

/** Seen only where every check held, and something was checked. */
export function proofOf(checks: ProofCheck[]): FaultProof {
  return { seen: checks.length > 0 && checks.every((check) => check.held), checks };
}
