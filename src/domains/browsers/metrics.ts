import type { Measurement } from '../../gate/measurement.ts';
import { grouped } from '../../gate/words.ts';
import type { Objective } from '../../model/verdict.ts';
import type { Metric, MetricRun } from '../domain.ts';
import { type BrowserFold, failedViews } from './fold.ts';
import type { BrowsersSection } from './section.ts';

/** The 75th percentile of a vital under load. A page that did not load is slower than any that did. */
export const webVital: Metric<BrowserFold, BrowsersSection> = {
  id: 'web_vital',
  words: 'web vital',
  shortWords: ({ vital }) => vital ?? 'web vital',
  subject: ({ vital, route }) =>
    `p75 of ${vital ?? 'a web vital'}${route === undefined ? '' : ` of ${route}`} in browsers`,
  unit: 'ms',
  needsGenerator: true,
  cause: 'speed',
  read,
};

function read({ state: fold }: MetricRun<BrowserFold, BrowsersSection>, { vital, route }: Objective): Measurement {
  const absent = (why: string): Measurement => ({ value: null, samples: 0, absent: why });
  const { setup } = fold;
  if (setup === null) return absent('no browser visited the target in this run; see --browser-vus');
  if (setup.notRun !== null) return absent(setup.notRun);
  if (vital === undefined) return absent('the objective does not say which vital');
  const page = route === undefined ? null : setup.pages.findIndex(({ name }) => name === route);
  if (page === -1) return absent(`${route} is none of the pages that were visited`);
  const sums = fold.sums('load', page);
  const counts = sums.vitals.get(vital);
  if (counts === undefined) return absent(fold.endedEarly ?? 'no page viewed under load reported it');
  const failed = failedViews(sums);
  const value = counts.quantile(0.75, failed);
  const views = `${grouped(failed)} of ${grouped(failed + sums.loaded)} page views failed`;
  if (value === null || !Number.isFinite(value)) return absent(`${views}, so a quarter or more`);
  return {
    value,
    samples: counts.total,
    interval: (confidence) => counts.interval(confidence, failed),
    ...(failed === 0 ? {} : { note: `${views} and count as slower than any.` }),
  };
}
