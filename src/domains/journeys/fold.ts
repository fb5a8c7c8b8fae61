import type { JournalData, JournalEvents } from '../../model/event.ts';
import type { SessionCounts, SessionKind } from '../../model/journeys.ts';
import type { Counted } from '../../stats/clustered.ts';
import { LatencyHistogram } from '../../stats/histogram.ts';
import { decodeHistogramInto } from '../../stats/payload.ts';

/** Sessions that completed a journey or feature in production, by window; `failed`: how many of them did not against the candidate. */
export interface SessionSums {
  sessions: number;
  /** By journey and step. */
  steps: Counted[][][];
  features: Counted[][];
  /** By journey. */
  times: LatencyHistogram[];
  firstStep: LatencyHistogram[];
}

/** What a journal says of the sessions that were followed. */
export class SessionsFold {
  /** null: they were not. */
  planned: JournalEvents['shakedown.journeys.planned'] | null = null;
  readonly sums: Record<SessionKind, SessionSums> = { judged: none(), excluded: none(), invalid: none() };

  add(event: JournalData): void {
    // A journal has one plan; of a second, the first holds.
    if (event.type === 'shakedown.journeys.planned') this.planned ??= event.data;
    else if (event.type === 'shakedown.sessions.counted') this.#count(event.data.counts);
  }

  #count(counts: readonly SessionCounts[]): void {
    for (const { kind, sessions, journeys, features } of counts) {
      const sums = this.sums[kind];
      sums.sessions += sessions;
      journeys.forEach(({ steps, times, firstStep }, i) => {
        const byStep = at(sums.steps, i, () => []);
        steps.forEach(([due, done], step) => {
          if (due > 0) at(byStep, step, () => []).push({ failed: due - done, of: due });
        });
        read(times, at(sums.times, i, newHistogram));
        read(firstStep, at(sums.firstStep, i, newHistogram));
      });
      features.forEach(([due, done], i) => {
        if (due > 0) at(sums.features, i, () => []).push({ failed: due - done, of: due });
      });
    }
  }
}

const newHistogram = () => new LatencyHistogram();

function none(): SessionSums {
  return { sessions: 0, steps: [], features: [], times: [], firstStep: [] };
}

function at<T>(list: T[], place: number, make: () => T): T {
  const known = list[place];
  if (known !== undefined) return known;
  const made = make();
  list[place] = made;
  return made;
}

/** A distribution that cannot be read is damage; what was counted stands. */
function read(payload: string | undefined, into: LatencyHistogram): void {
  if (payload === undefined) return;
  try {
    decodeHistogramInto(payload, into);
  } catch {}
}
