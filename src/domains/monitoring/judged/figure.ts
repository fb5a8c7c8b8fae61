import type { Measurement } from '../../../gate/measurement.ts';
import type { Metric } from '../../../gate/metric.ts';
import { duration, list } from '../../../gate/words.ts';
import type { Objective } from '../../../model/verdict.ts';
import type { Watched } from '../fold.ts';
import type { MonitoringSection } from '../section.ts';
import { askedBy } from '../watch/asked-by.ts';

/** Time without a reading that is tolerated, as a share of the run. */
const missingAtMost = 0.05;
const namedAtMost = 3;

const statistics: Partial<Record<Objective['statistic'], string>> = {
  max: 'highest reading',
  min: 'lowest reading',
  mean: 'mean',
  value: 'last reading',
};

/** A figure that is watched, or that Prometheus is asked for because an objective names a query. Nothing is evaluated here. */
export const figure: Metric<Watched, MonitoringSection> = {
  id: 'figure',
  words: 'figure',
  subject: ({ statistic, title }) => `${statistics[statistic] ?? statistic} of ${title}`,
  shortWords: ({ title }) => title,
  unit: 'count',
  otherUnits: ['ms', '/s', '%', 'score', 'h'],
  cause: 'resources',
  isCount: true,
  narrowedBy: ['figure', 'query'],
  needsOneOf: ['figure', 'query'],
  statistics: /^(mean|min|max|value)$/,
  read: ({ state, facts }, objective) => {
    const id = askedBy(objective);
    const own = state.metrics.get(id);
    const series = [...state.metrics.keys()].filter((one) => one.startsWith(`${id}.`));
    const isOfQuery = objective.query !== undefined || own === undefined;
    if (isOfQuery && series.length > 0)
      return nothing(
        `it is ${series.length + Number(own !== undefined)} series and not one, such as ${list(series.slice(0, namedAtMost).map((one) => one.slice(id.length + 1)))}`,
      );
    if (own === undefined || own.readings.count === 0)
      return nothing(
        objective.query === undefined
          ? `no reading of a figure ${id} is in this run`
          : 'Prometheus gave no figure for its query: nothing was found, it is not a number, or it could not be asked',
      );
    const { readings, fold } = own;
    const value = { max: readings.max, min: readings.min, mean: readings.sum / readings.count, value: readings.last }[
      objective.statistic as 'max' | 'min' | 'mean' | 'value'
    ];
    const endMs = facts.judged.endMs;
    const missingMs = fold.presence.missing(endMs).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    return {
      value: Number(value.toPrecision(12)),
      samples: readings.count,
      ...(missingMs > missingAtMost * endMs
        ? { open: `${objective.title} could not be read for ${duration(missingMs)} of ${duration(endMs)}.` }
        : {}),
    };
  },
};

function nothing(absent: string): Measurement {
  return { value: null, samples: 0, absent };
}
