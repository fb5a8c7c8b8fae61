import { inSentence } from '../../gate/words.ts';
import { duration } from '../../report-kit/format.ts';
import { hanging, wrapped } from '../../report-kit/terminal/width.ts';
import { readable } from '../../report-kit/text.ts';
import { stageRoles } from '../phase.ts';
import type { PlannedPhase } from './events.ts';

/** What a stage would do, for a terminal of so many columns. */
export function planLines(
  phases: readonly PlannedPhase[],
  { durationMs, lock, policy, columns }: { durationMs: number; lock: string; policy: string | null; columns: number },
): string {
  const width = Math.max(...phases.map(({ id }) => id.length));
  const lines = phases.flatMap(({ id, title, role, command, leftOut, gates, partOf, deadlineMs }) => {
    const name = `${readable(id).padEnd(width)}  `;
    const below = ' '.repeat(name.length);
    const beside = (text: string, before = below) => hanging(before, readable(text), columns);
    if (leftOut !== null) return beside(`left out (${leftOut.by}): ${leftOut.reason}`, name);
    const judged = partOf === null ? gates : [partOf];
    const limit = deadlineMs > 0 ? `; at most ${duration(deadlineMs)}` : '; waits for people';
    return [
      ...beside(`${title}, by the ${inSentence(stageRoles[role])}${limit}`, name),
      ...beside(command),
      ...(judged.length === 0 ? [] : beside(`gates: ${judged.join(', ')}`)),
    ];
  });
  const tail = [
    '',
    `Load of the simulation: ${duration(durationMs)}. One phase after the other. Lock of the environment: ${lock}.`,
    policy === null ? 'No policy: PASSED, FAILED or INCONCLUSIVE of the gates above.' : `Policy: ${policy}.`,
    'Nothing was done.',
  ];
  const after = tail.flatMap((line) => (line === '' ? [''] : wrapped(readable(line), columns)));
  return [...lines, ...after].map((line) => `${line}\n`).join('');
}
