/** A test file that is still to be run. */
export interface Candidate {
  path: string;
  /** Seconds that it takes of the budget; half of its own time where two run at once. */
  seconds: number;
  /** When it, or the part of the sources that it tests, was last changed: seconds since 1970. */
  changedAt: number;
}

/** Newest-changed first; of equally new ones the shortest, so that the more of them are run. */
export function inOrder(candidates: readonly Candidate[]): Candidate[] {
  return [...candidates].sort(
    (a, b) => b.changedAt - a.changedAt || a.seconds - b.seconds || (a.path < b.path ? -1 : 1),
  );
}

/**
 * What is run next: from the front, whatever fits into the time. Never more than a round of `roundS`, after which it is known better how fast the machine is; but
 * one file may be longer than a round.
 */
export function nextRound(ordered: readonly Candidate[], remainingS: number, roundS: number): Candidate[] {
  const chosen: Candidate[] = [];
  let taken = 0;
  for (const one of ordered) {
    if (taken + one.seconds > remainingS) continue;
    if (chosen.length > 0 && taken + one.seconds > roundS) continue;
    chosen.push(one);
    taken += one.seconds;
  }
  return chosen;
}
