import type { Doubt } from '../../domains/domain.ts';
import type { JournalCheck } from '../../evidence/read-journal.ts';
import type { RunFacts } from '../../model/run-facts.ts';

const namedAtMost = 5;

/**
 * Why a journal is no evidence as it is. A line that a killed harness left unfinished is no damage where the run went on; an end that is cut off
 * leaves the run without its last events, which the report calls an interruption; everything else was done to it later.
 */
export function journalDoubts(
  { damaged, torn, changedBefore, coveredTo }: JournalCheck,
  { parts }: Pick<RunFacts, 'parts'>,
): Doubt[] {
  if (changedBefore !== null)
    return [
      {
        clause: 'the journal was changed after it was written',
        missing: `journal.ndjson was changed after it was written: the digest on line ${changedBefore} is not that of the lines before it.`,
        voids: true,
      },
    ];
  const resumes = Math.max(0, parts.length - 1);
  // A digest that holds says that a line before it was left so by the harness itself.
  const excused = new Set(torn.filter((line) => coveredTo === 0 || line < coveredTo).slice(0, resumes));
  const found = damaged.filter((line) => !excused.has(line));
  if (found.length === 0) return [];
  const [shown, more] = [found.slice(0, namedAtMost).join(', '), found.length - namedAtMost];
  const lines = `${found.length === 1 ? 'line' : 'lines'} ${shown}${more > 0 ? ` and ${more} more` : ''}`;
  return [
    {
      clause: 'the journal is damaged',
      missing: `journal.ndjson is damaged, ${lines}: what stood there is not judged.`,
    },
  ];
}
