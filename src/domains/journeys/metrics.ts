import type { JourneysResult } from '../../model/journeys.ts';
import type { Interval, Objective } from '../../model/verdict.ts';
import { inflationOf } from '../../stats/compare/shares.ts';
import { proportionInterval } from '../../stats/intervals.ts';
import type { Metric, MetricRun } from '../domain.ts';
import type { SessionsFold } from './fold.ts';
import { lostShare, tidy } from './results/shares.ts';

/** Of the sessions that completed a journey in production, the share that also completed it against the candidate, outside of faults. */
export const journeyCompletion: Metric<SessionsFold, JourneysResult> = {
  id: 'journey_completion',
  side: 'above',
  words: 'share of journeys that were completed',
  shortWords: ({ journey }) => `“${journey}” completed`,
  subject: ({ journey }) => `completion of “${journey}”`,
  unit: '%',
  needsGenerator: true,
  cause: 'conversion',
  read,
};

function read({ state, section }: MetricRun<SessionsFold, JourneysResult>, { journey: name }: Objective) {
  const journeys = state.planned?.settings.journeys ?? [];
  const place = journeys.findIndex((one) => one.name === name);
  const journey = journeys[place];
  if (journey === undefined) return { value: null, samples: 0, absent: 'sessions were not followed along it' };
  const windows = state.sums.judged.steps[place]?.[journey.steps.length - 1] ?? [];
  const { due, lost } = lostShare(windows);
  if (due === 0) return { value: null, samples: 0, absent: 'no session of this run could complete it' };
  const done = due - lost;
  // Sessions are lost together, so what was counted is divided by how much they are.
  const inflation = inflationOf(windows);
  const note = lost === 0 ? undefined : section?.journeys[place]?.sentence;
  return {
    value: tidy((100 * done) / due),
    samples: due,
    interval: (confidence: number) => percent(proportionInterval(done / inflation, due / inflation, confidence)),
    ...(note === undefined ? {} : { note }),
  };
}

function percent(interval: Interval | null): Interval | null {
  if (interval === null) return null;
  return { ...interval, low: tidy(100 * interval.low), high: tidy(100 * interval.high) };
}
