import type { z } from 'zod';
import type { metadataAnswer } from '../prometheus/answers.ts';
import type { MetricType } from './counters.ts';

type Metadata = z.output<typeof metadataAnswer>;

const known = new Set<string>(['counter', 'gauge', 'histogram', 'summary']);

/** The type of a series by what targets say of its family. Targets that contradict each other are believed by none. */
export function typesOf(metadata: Metadata): (series: string) => MetricType {
  const of = (family: string): MetricType | null => {
    const types = [...new Set((metadata[family] ?? []).map(({ type }) => type))];
    const [type] = types;
    if (type === undefined) return null;
    return types.length === 1 && known.has(type) ? (type as MetricType) : 'unknown';
  };
  return (series) => {
    const own = of(series);
    if (own !== null) return own;
    const family = of(series.replace(/_(total|bucket|sum|count|created)$/, ''));
    // OpenMetrics names the family of `x_total` x; `x_created` is when it began.
    return series.endsWith('_created') ? 'gauge' : (family ?? 'unknown');
  };
}

export interface NameFinding {
  metric: string;
  words: string;
}

const abbreviations: [RegExp, string][] = [
  [/_(ms|millis|milliseconds|us|microseconds|ns|nanoseconds|minutes|hours|days)(_total|$)/, 'seconds'],
  [/_(kb|mb|gb|kib|mib|gib|kilobytes|megabytes|gigabytes)(_total|$)/, 'bytes'],
  [/_(percent|percentage|pct)(_total|$)/, 'ratio'],
];

/** Names that say something else than their type or unit (https://prometheus.io/docs/practices/naming/). */
export function nameFindings(metadata: Metadata): NameFinding[] {
  return Object.entries(metadata).flatMap(([metric, entries]) => {
    const types = [...new Set(entries.map(({ type }) => type))];
    const [type] = types;
    const findings: string[] = [];
    if (types.length > 1) findings.push(`is a ${types.join(' at one target and a ')} at another`);
    if (type === 'gauge' && metric.endsWith('_total')) findings.push('ends in _total and is a gauge');
    // In OpenMetrics the family has no suffix, and then the unit says which format it is.
    if (type === 'counter' && !/_(total|sum|count|bucket|created)$/.test(metric))
      findings.push('is a counter and does not end in _total');
    for (const [pattern, unit] of abbreviations)
      if (pattern.test(metric)) findings.push(`is not in the base unit, ${unit}`);
    return findings.map((words) => ({ metric, words }));
  });
}
