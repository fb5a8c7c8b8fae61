import { inSentence } from '../../gate/words.ts';
import { duration } from '../../report-kit/format.ts';
import { readable } from '../../report-kit/text.ts';
import { stageRoles } from '../phase.ts';
import type { PlannedPhase } from './events.ts';

/** What a stage would do, for a terminal. */
export function planLines(
  phases: readonly PlannedPhase[],
  { durationMs, lock, policy }: { durationMs: number; lock: string; policy: string | null },
): string {
  const width = Math.max(...phases.map(({ id }) => id.length));
  const lines = phases.flatMap(({ id, title, role, command, leftOut, gates, partOf, deadlineMs }) => {
    const name = id.padEnd(width);
    const indent = ' '.repeat(width + 2);
    if (leftOut !== null) return [`${name}  left out (${leftOut.by}): ${leftOut.reason}`];
    const judged = partOf === null ? gates : [partOf];
    const limit = deadlineMs > 0 ? `; at most ${duration(deadlineMs)}` : '; waits for people';
    return [
      `${name}  ${title}, by the ${inSentence(stageRoles[role])}${limit}`,
      `${indent}${command}`,
      ...(judged.length === 0 ? [] : [`${indent}gates: ${judged.join(', ')}`]),
    ];
  });
  const tail = [
    '',
    `Load of the simulation: ${duration(durationMs)}. One phase after the other. Lock of the environment: ${lock}.`,
    policy === null ? 'No policy: PASSED, FAILED or INCONCLUSIVE of the gates above.' : `Policy: ${policy}.`,
    'Nothing was done.',
  ];
  return [...lines, ...tail].map((line) => `${readable(line)}\n`).join('');
}
