import { z } from 'zod';
import type { Tag } from './plan.ts';
import type { Objective, Statistic } from './verdict.ts';
import { vitalNames } from './vital.ts';

/** An HTTP method, or an extension of it (RFC 9110, token). */
export const methodForm = /^[A-Z][A-Z-]{0,29}$/;
/** `region:eu`, several with commas between: as k6 writes tags of a sub-metric. */
const tagForm = /^[\w.-]{1,64}:[^,]{1,200}(,[\w.-]{1,64}:[^,]{1,200})*$/;
const statisticForm = /^(p(\d{1,2}(\.\d{1,4})?)|mean|min|max|value|share above \d+(\.\d+)? ms)$/;

/** Each key of an objective, as configurations write it and runs save it. */
export const objectiveKeys = {
  title: z.string().min(1).describe('Title in the report.'),
  statistic: z
    .string()
    .regex(statisticForm, 'must be a percentile such as p95, mean, min, max, value, or `share above 500 ms`')
    .describe(
      'Which figure of the metric: any percentile such as `p97.5`, `mean`, `min`, `max`, `share above 500 ms` (in % of the answers), or `value` where it has only one.',
    ),
  route: z
    .string()
    .min(1)
    .describe(
      'Only this route: `GET /products/:id`, `/products/:id` with any method, `/api/*` for all that begin so; all when absent.',
    ),
  method: z
    .string()
    .regex(methodForm, 'must be a method in capitals')
    .describe('Only requests of this method, such as `POST`; all when absent.'),
  tag: z
    .string()
    .regex(tagForm, 'must be a tag and its value such as `region:eu`, several with commas between')
    .describe(
      'Only requests with this tag of `traffic.tags`, such as `region:eu`, or with all of several: `region:eu,plan:pro`; all when absent.',
    ),
  tenant: z
    .string()
    .min(1)
    .max(200)
    .describe('Only requests of this tenant, the value of the tag `tenant` of `traffic.tags`; all when absent.'),
  excludeFirstS: z
    .number()
    .positive()
    .max(3600)
    .describe('Requests planned in the first so many seconds are left out, as warm-up; none when absent.'),
  windowS: z
    .number()
    .positive()
    .max(86_400)
    .describe(
      'The target must hold in every part of so many seconds, such as 60, and not only over the run; for percentiles of response_time and for error_rate. The whole run when absent.',
    ),
  comparison: z.enum(['<', '<=', '>', '>=', '=']).describe('How the figure is compared with the target.'),
  target: z.number().describe('What the figure is compared with, in the unit below.'),
  warn: z
    .number()
    .describe(
      'A stricter target: what passes without being shown to meet it passes with a warning, and counts half in the score; none when absent.',
    ),
  unit: z.enum(['ms', '/s', '%', 'score', 'h', 'count']).describe('Unit of the metric.'),
  weight: z.number().min(0).describe('Weight in the score of its gate.'),
  key: z.boolean().describe('Whether its failure fails the gate, whatever the score.'),
  minimumSamples: z.int().min(0).describe('Fewer samples than this are inconclusive.'),
  comparedWith: z
    .enum(['last', 'median', 'pinned'])
    .describe(
      'The target is the change in % against earlier runs that are kept (`baselines`): the last one, the median of the last ones, or the pinned one. For p50, p95 and p99 of response_time; the figure itself when absent.',
    ),
  abortAfterS: z
    .number()
    .min(0)
    .max(86_400)
    .describe(
      'The run ends, failed, as soon as the objective fails after so many seconds of load; it goes on when absent.',
    ),
  figure: z
    .string()
    .min(1)
    .describe(
      'Which watched figure, for the metric figure: the id of one of `watch.prometheus.queries`, or `<name>.<metric>` of `watch.scrape`; that of `query` when absent.',
    ),
  query: z
    .string()
    .min(1)
    .max(4000)
    .describe(
      'PromQL that gives one figure, for the metric figure: `watch.prometheus` is asked for it during the run; no query when absent.',
    ),
  sloPercent: z
    .number()
    .gt(0)
    .lt(100)
    .describe(
      'Share of good answers that a service level objective asks for, such as 99.9; for burn_rate and burn_alerts. None when absent.',
    ),
  overDays: z.number().positive().max(366).describe('Days that the error budget is for; 28 when absent.'),
  vital: z.enum(vitalNames).describe('Which web vital, for the metric web_vital; no vital when absent.'),
  journey: z.string().min(1).describe('Which journey, for the metric journey_completion; no journey when absent.'),
} as const;

/** A percentile's number, 0 … 100; null for any other statistic. */
export function percentileOf(statistic: Statistic): number | null {
  return /^p\d/.test(statistic) ? Number(statistic.slice(1)) : null;
}

/** The limit of `share above 500 ms`, ms; null for any other statistic. */
export function limitMsOf(statistic: Statistic): number | null {
  return statistic.startsWith('share above ') ? Number(statistic.split(' ')[2]) : null;
}

/** Tags that the requests of an objective must all have; empty: it names none. */
export function tagsOf({ tag, tenant }: Pick<Objective, 'tag' | 'tenant'>): Tag[] {
  const named = (tag?.split(',') ?? []).map((one) => {
    const cut = one.indexOf(':');
    return { name: one.slice(0, cut), value: one.slice(cut + 1) };
  });
  return tenant === undefined ? named : [...named, { name: tenantTag, value: tenant }];
}

/** The tag that `tenant` of an objective is about. */
export const tenantTag = 'tenant';
