import type { Doubt } from '../../domains/domain.ts';
import type { ManifestState } from '../../evidence/manifest.ts';
import type { TimedData } from '../../evidence/read-journal.ts';
import { artifactConflicts } from '../../model/artifact.ts';
import type { RunFacts } from '../../model/run-facts.ts';

/** Both are read from the same clock, one right after the other; a run that is gone on with has its start in an earlier event. */
const agreeWithinMs = 3_600_000;
const changesShown = 5;
const changesInClause = 2;

/** What the times of a journal say of the journal itself. */
export class EventTimes {
  /** Events without a time that can be read. */
  #unreadable = 0;
  /** What an event says that happened with it, and when it says that it was written: the first two that do not agree. */
  #apart: { said: string; written: string } | null = null;
  #hasBegun = false;

  add(event: TimedData): void {
    const writtenAtMs = instantMs(event.time);
    if (Number.isNaN(writtenAtMs)) this.#unreadable++;
    const said = this.#momentIn(event);
    if (said === null) return;
    const saidMs = instantMs(said);
    if (Number.isNaN(saidMs)) this.#unreadable++;
    if (Math.abs(saidMs - writtenAtMs) > agreeWithinMs) this.#apart ??= { said, written: event.time };
  }

  #momentIn(event: TimedData): string | null {
    if (event.type === 'shakedown.run.ended') return event.data.endedAt;
    if (event.type !== 'shakedown.load.started' || this.#hasBegun) return null;
    this.#hasBegun = true;
    return event.data.startedAt;
  }

  doubts(): Doubt[] {
    if (this.#unreadable > 0) {
      const events = `${this.#unreadable} ${this.#unreadable === 1 ? 'event has a time' : 'events have times'}`;
      return [
        {
          clause: 'the journal has times that cannot be read',
          missing: `When it was measured cannot be read: ${events} in journal.ndjson that ${this.#unreadable === 1 ? 'is' : 'are'} no date.`,
        },
      ];
    }
    if (this.#apart === null) return [];
    const { said, written } = this.#apart;
    return [
      {
        clause: 'the times in the journal contradict each other',
        missing: `When it was measured is not certain: an event of ${said} says in journal.ndjson that it was written at ${written}.`,
      },
    ];
  }
}

/** ISO 8601 with a day, a time and a zone, as journals are written; NaN for anything else. */
function instantMs(text: string): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
}

/**
 * A run that ended in order was sealed before it was judged: without its manifest nothing shows whether its evidence is as the run left it. One
 * that was cut off was never sealed, and is inconclusive for that.
 */
export function unsealed(
  { endedAt, interrupted }: Pick<RunFacts, 'endedAt' | 'interrupted'>,
  { sha256, tampered }: { sha256: string | null; tampered: readonly string[] },
): Doubt[] {
  if (sha256 !== null || tampered.length > 0 || endedAt === null || interrupted !== null) return [];
  return [
    {
      clause: 'its evidence was not sealed',
      missing: 'There is no manifest.json, so nothing shows whether the evidence is as the run left it.',
    },
  ];
}

/** Who signed a run, and what, is not known where the records of it were changed. */
export function changedSignOffs(changes: readonly string[]): Doubt[] {
  const [first] = changes;
  if (first === undefined) return [];
  return [{ clause: first, missing: `Who signed the run, and what, is not known: ${someOf(changes)}.` }];
}

/** What was tested is not what the verdict would be about. */
export function otherCandidate({ started }: RunFacts): Doubt[] {
  const conflicts = artifactConflicts(started.candidate.artifacts ?? []);
  if (conflicts.length === 0) return [];
  const clause = 'the target says that it runs something other than what was declared';
  return [{ clause, missing: `What was tested is not the candidate: ${conflicts.join(' ')}` }];
}

/** Evidence that was changed since the run shows what somebody made of it. */
export function changedEvidence({ tampered }: ManifestState): Doubt[] {
  if (tampered.length === 0) return [];
  return [
    {
      clause: `the evidence was changed after the run (${someOf(tampered, changesInClause)})`,
      missing: `The evidence was changed after the run: ${someOf(tampered)}.`,
      voids: true,
    },
  ];
}

function someOf(changes: readonly string[], atMost = changesShown): string {
  const more = changes.length - atMost;
  return `${changes.slice(0, atMost).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
