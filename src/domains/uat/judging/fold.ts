import type { JournalData, JournalEvents } from '../../../model/event.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { UatAttempt } from '../../../model/uat.ts';
import type {} from '../events.ts';

/** A round: its beginning, and its end where it got that far. */
export interface FoldedRound {
  round: number;
  kind: 'quiet' | 'load';
  startMs: number | null;
  ended: JournalEvents['shakedown.uat.round.ended'] | null;
}

interface Mark {
  startMs: number | null;
  endMs: number | null;
  /** It failed, and was to be tried again. */
  again: boolean;
}

/** A run with scenarios: what its journal says of them, and what else was going on. */
export interface ScenarioRun {
  fold: UatFold;
  started: NonNullable<UatFold['started']>;
  facts: RunFacts;
}

/** A day has some hundred rounds; what is past this is damage. */
const roundsAtMost = 20_000;
const marksAtMost = 200_000;

/** What the journal says of scenarios: how they were begun, and when those beside the load were run. */
export class UatFold {
  started: JournalEvents['shakedown.uat.started'] | null = null;
  readonly rounds = new Map<number, FoldedRound>();
  readonly #marks = new Map<string, Mark>();

  /** @returns false: no event of scenarios */
  add(event: JournalData): boolean {
    switch (event.type) {
      case 'shakedown.uat.started':
        this.started ??= event.data;
        return true;
      case 'shakedown.uat.round.started': {
        const { round, kind, startMs } = event.data;
        if (this.rounds.size < roundsAtMost) this.rounds.set(round, { round, kind, startMs, ended: null });
        return true;
      }
      case 'shakedown.uat.attempted': {
        const { startMs, endMs, again } = event.data;
        const mark = { startMs, endMs, again: again === true };
        if (this.#marks.size < marksAtMost) this.#marks.set(keyOf(event.data), mark);
        return true;
      }
      case 'shakedown.uat.round.ended': {
        const known = this.rounds.get(event.data.round);
        if (known !== undefined) known.ended = event.data;
        return true;
      }
      default:
        return false;
    }
  }

  /** Whether the run was to have any: one that ran none is not sound by silence. */
  get any(): boolean {
    return this.started !== null;
  }

  get lastRound(): number {
    return Math.max(0, ...this.rounds.keys());
  }

  /** When an attempt was made, on the run's clock; null: the harness did not hear of it, as it was gone or about to end. */
  markOf({ scenario, ...attempt }: UatAttempt): Mark | null {
    return this.#marks.get(keyOf({ ...attempt, round: attempt.round ?? 0, scenario: scenario.id })) ?? null;
  }
}

function keyOf(of: { round: number; scenario: string; browser: string; size: string; retry: number }): string {
  return [of.round, of.scenario, of.browser, of.size, of.retry].join('\u0000');
}
