import type { Measurement } from '../../../gate/measurement.ts';
import type { JourneysResult } from '../../../model/journeys.ts';
import type { Interval, Objective } from '../../../model/verdict.ts';
import type { RunRecord } from '../../../run/results/fold.ts';
import { inflationOf } from '../../../stats/compare/shares.ts';
import { proportionInterval } from '../../../stats/intervals.ts';
import { lostShare, tidy } from './shares.ts';

/** Of the sessions whose original came to a journey's end, the share that did against the candidate, outside of faults. */
export function measureJourney(
  { sessions }: Pick<RunRecord, 'sessions'>,
  result: JourneysResult | null,
  { journey: name }: Objective,
): Measurement {
  const journeys = sessions.planned?.settings.journeys ?? [];
  const place = journeys.findIndex((one) => one.name === name);
  const journey = journeys[place];
  if (journey === undefined) return { value: null, samples: 0, absent: 'sessions were not followed along it' };
  const windows = sessions.sums.judged.steps[place]?.[journey.steps.length - 1] ?? [];
  const { due, lost } = lostShare(windows);
  if (due === 0) return { value: null, samples: 0, absent: 'no session of this run could come to its end' };
  const done = due - lost;
  // Sessions are lost together, so what was counted is divided by how much they are.
  const inflation = inflationOf(windows);
  const note = lost === 0 ? undefined : result?.journeys[place]?.sentence;
  return {
    value: tidy((100 * done) / due),
    samples: due,
    interval: (confidence) => percent(proportionInterval(done / inflation, due / inflation, confidence)),
    ...(note === undefined ? {} : { note }),
  };
}

function percent(interval: Interval | null): Interval | null {
  if (interval === null) return null;
  return { ...interval, low: tidy(100 * interval.low), high: tidy(100 * interval.high) };
}
