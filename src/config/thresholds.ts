import { z } from 'zod';
import { ShakedownError } from '../model/error.ts';
import { methodForm, tenantTag } from '../model/objective.ts';
import type { Objective } from '../model/verdict.ts';
import { goodVitals } from '../model/vital.ts';
import { unknownTag } from './objective-rules.ts';
import { add, type Imported, idOf, percentOf, type WrittenObjective } from './objectives-import/imported.ts';
import {
  delayMsOf,
  isOfTimes,
  metricOf,
  statisticOf,
  type Threshold,
  tagsOfK6,
  thresholdOf,
} from './objectives-import/k6-grammar.ts';

const expression = z.string().min(1).describe('Such as `p(95)<200`.');

/** Thresholds as k6's options have them. */
export const thresholdsSchema = z
  .record(
    z.string(),
    z
      .array(
        z.union([
          expression,
          z.strictObject({
            threshold: expression,
            abortOnFail: z
              .boolean()
              .optional()
              .describe('The run ends, failed, as soon as it fails; it goes on when absent.'),
            delayAbortEval: z
              .union([z.string(), z.number()])
              .optional()
              .describe(
                'How long after the beginning of the load it cannot end the run yet: `10s`, or a number of milliseconds; not at all when absent.',
              ),
          }),
        ]),
      )
      .min(1),
  )
  .optional()
  .describe(
    'Thresholds as k6’s options have them, by metric: `http_req_duration`, `http_req_failed` or a web vital, of a route, a method or a tag of `traffic.tags` too. Each is an objective of your own; none when absent.',
  );

export type Thresholds = NonNullable<z.output<typeof thresholdsSchema>>;

/**
 * Thresholds of k6 as objectives that mean the same (docs/objectives.md). What cannot be meant exactly is refused, where `importK6` converts and says what differs.
 * @param tags that requests have beside route and method
 * @returns by id: `k6-http-req-duration-p-95`
 * @throws ShakedownError CONFIG_INVALID with a line for each that is refused, which names the form that is wanted
 */
export function exactObjectives(
  thresholds: Thresholds,
  tags: readonly string[] = [],
): Record<string, Partial<Objective>> {
  const found: Imported = { objectives: {}, notes: [] };
  const problems: string[] = [];
  for (const [key, list] of Object.entries(thresholds)) {
    for (const one of list) {
      const given = typeof one === 'string' ? { threshold: one } : one;
      const objective = exact(key, given, tags);
      if (typeof objective === 'string')
        problems.push(`thresholds.${JSON.stringify(key)}: ${JSON.stringify(given.threshold)}: ${objective}`);
      else add(found, idOf('k6', key, given.threshold.split(/[<>=!]/)[0] ?? ''), objective);
    }
  }
  if (problems.length === 0) return found.objectives as Record<string, Partial<Objective>>;
  throw new ShakedownError('CONFIG_INVALID', problems.join('\n'), {
    hint: 'Write them as these lines say, or as `objectives`: docs/objectives.md has both.',
  });
}

type Given = Exclude<Thresholds[string][number], string>;

/** A string says what is wanted in its place. */
function exact(
  key: string,
  { threshold: text, abortOnFail = false, delayAbortEval }: Given,
  tags: readonly string[],
): WrittenObjective | string {
  const read = metricOf(key);
  if (typeof read === 'string') return `${read}; write \`http_req_duration{name:/items}\``;
  const threshold = thresholdOf(text);
  if (typeof threshold === 'string') return `${threshold}; write it as \`p(95)<200\` or \`rate<0.01\``;
  const measured = measuredBy(read.metric, threshold);
  if (typeof measured === 'string') return measured;
  const part = partOf(read.tags, tags);
  if (typeof part === 'string') return part;
  const delayMs = delayMsOf(delayAbortEval);
  if (typeof delayMs === 'string') return `delayAbortEval: ${delayMs}`;
  const abort: WrittenObjective = abortOnFail ? { abortAfterS: delayMs / 1000 } : {};
  return { title: `${key}: ${text}`, ...measured, ...part, ...abort };
}

function measuredBy(metric: string, threshold: Threshold): WrittenObjective | string {
  const { aggregation, p, comparison, value } = threshold;
  const vital = /^browser_web_vital_(\w+)$/.exec(metric)?.[1]?.toUpperCase();
  const isVital = vital !== undefined && Object.hasOwn(goodVitals, vital);
  if (metric !== 'http_req_duration' && metric !== 'http_req_failed' && !isVital) return inPlaceOf(metric);
  if (metric === 'http_req_failed' && (aggregation !== 'rate' || !(value > 0 && value <= 1)))
    return 'failures are judged by their rate, a share of 1, and that none ever fails no sample shows; write `rate<0.01` for 1 %';
  // What is measured is a sample: its interval never shows that a figure is exactly this.
  if (!comparison.startsWith('<')) return 'it must stay below a figure; write it with < or <=';
  if (metric === 'http_req_failed') return { metric: 'error_rate', comparison, target: percentOf(value) };
  if (isVital) {
    if (p !== 75) return 'web vitals are judged at their 75th percentile; write `p(75)<2500`';
    const unit = vital === 'CLS' ? 'score' : 'ms';
    return { metric: 'web_vital', vital, unit, minimumSamples: 20, comparison, target: value };
  }
  if (!isOfTimes(threshold)) return `times have no ${aggregation}; write p(95), med, avg, min or max`;
  return { metric: 'service_time', statistic: statisticOf(threshold), comparison, target: value };
}

/** Why a metric of k6 is not judged as it is, and what to write. */
function inPlaceOf(metric: string): string {
  if (metric === 'http_reqs')
    return 'it counts wrong answers too; write `objectives: { throughput: { target: 100 } }` for right answers a second';
  if (metric === 'checks') return 'checks are of a script; write scenarios (`uat`) or journeys in their place';
  if (metric.startsWith('http_req_'))
    return 'this part of a request’s time is not recorded by itself; write it of http_req_duration';
  return 'there is no such figure here; write it of http_req_duration or http_req_failed, or as an objective of the metric figure';
}

const routeTags = ['name', 'url', 'route', 'path'];

function partOf(tags: readonly [string, string][], known: readonly string[]): WrittenObjective | string {
  const part: Record<string, string> = {};
  const own: string[] = [];
  for (const [tag, value] of tags) {
    if (known.includes(tag)) {
      if (tag === tenantTag && part.tenant === undefined) part.tenant = value;
      else own.push(`${tag}:${value}`);
      continue;
    }
    const key = tag === 'method' ? 'method' : routeTags.includes(tag) ? 'route' : null;
    if (key === null)
      return tagsOfK6.has(tag)
        ? `nothing is counted by the tag ${tag}; write name (a route) or method`
        : `${unknownTag(tag, known)}; write name (a route) or method, or add it to traffic.tags`;
    if (part[key] !== undefined) return `the tag ${tag} names a second ${key}; write one`;
    if (key === 'method' && !methodForm.test(value)) return 'methods are in capitals; write `method:POST`';
    // Of an address only the path is in a recording, and parts of it may be placeholders there.
    if (key === 'route' && !/^([A-Z][A-Z-]{0,29} )?\/[^\s?*{}]*$/.test(value))
      return `the tag ${tag} must name a route as the recording has it; write \`name:/items/:id\` or \`name:GET /items/:id\``;
    part[key] = value;
  }
  return own.length === 0 ? part : { ...part, tag: own.join(',') };
}
