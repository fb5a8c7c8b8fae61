import { z } from 'zod';
import type { Configuration } from '../domains/configuration.ts';
import { changed as changedObjectives, namesBefore } from '../gate/objectives.ts';
import type { ObjectiveOverride, ResolvedConfig } from '../model/config.ts';
import { ShakedownError } from '../model/error.ts';
import { limitMsOf, objectiveKeys, percentileOf } from '../model/objective.ts';
import type { Objective, Unit } from '../model/verdict.ts';
import { type Judgeable, objectiveProblems } from './objective-rules.ts';
import { closest } from './suggest.ts';
import { exactObjectives, thresholdsSchema } from './thresholds.ts';

/** What a run is judged by: any gate, metric and objective that a domain has. */
export function objectivesConfiguration(known: Judgeable) {
  const { comparison, target, title, statistic, unit, weight, key, minimumSamples, ...narrowing } = objectiveKeys;
  const gate = z.enum(known.gates).describe('Gate that it belongs to.');
  const metric = z.enum(known.metrics).describe('What is measured.');
  const optional = {
    title: absent(title, 'the id'),
    statistic: absent(statistic, '`value`, of a figure its worst reading'),
    unit: absent(unit, 'that of the metric'),
    weight: absent(weight, '1'),
    key: absent(key, 'true'),
    minimumSamples: absent(minimumSamples, 'as many as the default objectives of the metric need'),
    ...partial(narrowing),
  };
  const objective = z.strictObject({
    id: z.string().min(1).describe('Short name.'),
    gate: absent(gate, 'that of the metric’s default objectives'),
    metric,
    comparison,
    target,
    ...optional,
  });
  const ofDefault = 'that of the default objective';
  const entry = z.strictObject({
    title: absent(title, ofDefault),
    gate: absent(gate, 'that of the metric’s default objectives'),
    metric: metric
      .optional()
      .describe('What an objective of your own measures; that of the default objective when absent.'),
    statistic: absent(statistic, ofDefault),
    comparison: absent(comparison, ofDefault),
    target: absent(target, ofDefault),
    unit: absent(unit, 'that of the metric'),
    weight: absent(weight, ofDefault),
    key: absent(key, ofDefault),
    minimumSamples: absent(minimumSamples, ofDefault),
    ...partial(narrowing),
  });
  const schemas = {
    objectives: z
      .union([z.record(z.string(), entry), z.array(objective).min(1)])
      .optional()
      .describe(
        'By id: changes to default objectives, and objectives of your own, which name their metric, comparison and target. Or a whole table of your own in place of the default objectives; the default objectives as they are when absent.',
      ),
    thresholds: thresholdsSchema,
  };
  const configuration: Configuration<typeof schemas> = {
    schemas,
    examples: [
      {
        objectives: {
          'response-p95': { title: 'Answers', target: 80, weight: 3, minimumSamples: 400, warn: 70 },
          'search-p97': {
            ...{ metric: 'response_time', statistic: 'p97.5', route: 'GET /search', comparison: '<', target: 300 },
            ...{ excludeFirstS: 60, gate: 'performance', unit: 'ms' },
          },
          'not-slower': {
            metric: 'response_time',
            statistic: 'p95',
            comparedWith: 'last',
            comparison: '<=',
            target: 10,
          },
          'every-minute': { metric: 'error_rate', comparison: '<', target: 2, windowS: 60 },
          'errors-stop': { metric: 'error_rate', comparison: '<', target: 5, abortAfterS: 30 },
          queue: { metric: 'figure', query: 'sum(jobs_waiting)', statistic: 'max', comparison: '<', target: 500 },
          pool: { metric: 'figure', figure: 'pool', statistic: 'mean', comparison: '<', target: 80, unit: '%' },
          slo: { metric: 'burn_rate', sloPercent: 99.9, overDays: 28, comparison: '<=', target: 1 },
          acme: { metric: 'error_rate', tenant: 'acme', tag: 'region:eu', comparison: '<', target: 0.5 },
          'writes-fail': { metric: 'error_rate', method: 'POST', comparison: '<', target: 0.5, key: false },
        },
        thresholds: {
          http_req_duration: ['p(95)<200', { threshold: 'p(99)<500', abortOnFail: true, delayAbortEval: '10s' }],
          'http_req_duration{name:/items}': ['p(95)<150'],
          http_req_failed: ['rate<0.01'],
        },
      },
      { objectives: [ownObjective, { ...ownFigure, ...ownVital }, { ...ownFigure, ...ownJourney }] },
    ],
    resolve: ({ objectives, thresholds }, { tags = [] }) => ({
      objectives: resolved(objectives, exactObjectives(thresholds ?? {}, tags), { ...known, tags }),
    }),
  };
  return configuration;
}

const ownObjective = {
  id: 'product-p99',
  title: 'Product pages p99',
  gate: 'performance',
  metric: 'response_time',
  statistic: 'p99',
  route: 'GET /products/:id',
  comparison: '<',
  target: 150,
  unit: 'ms',
  weight: 2,
  key: true,
  minimumSamples: 1000,
} as const;
const { statistic: _, route: __, ...ownFigure } = ownObjective;
const ownVital = { id: 'paint', title: 'Pages painted', metric: 'web_vital', vital: 'LCP', target: 2500 } as const;
const ownJourney = {
  id: 'buyers',
  title: 'Buyers',
  gate: 'parity',
  metric: 'journey_completion',
  journey: 'Buy',
  comparison: '>=',
  target: 95,
  unit: '%',
} as const;

function absent<T extends z.ZodType>(schema: T, preset: string): z.ZodOptional<T> {
  const before = schema.description?.replace(/\.$/, '') ?? '';
  return schema.optional().describe(`${before}; ${preset} when absent.`);
}

function partial<T extends Readonly<Record<string, z.ZodType>>>(keys: T): { [K in keyof T]: z.ZodOptional<T[K]> } {
  const entries = Object.entries(keys).map(([key, schema]) => [
    key,
    schema.optional().describe(schema.description ?? ''),
  ]);
  return Object.fromEntries(entries) as { [K in keyof T]: z.ZodOptional<T[K]> };
}

function resolved(
  given: Readonly<Record<string, object>> | readonly object[] | undefined,
  thresholds: Record<string, Partial<Objective>>,
  judgeable: Judgeable,
): ResolvedConfig['objectives'] {
  const exact = Object.entries(thresholds);
  if (given === undefined && exact.length === 0) return null;
  const own = exact.map(([id, one]) => completed({ ...one, id }, judgeable));
  if (Array.isArray(given)) {
    const table = [...given.map((one) => completed(withoutUndefined(one), judgeable)), ...own];
    refuseProblems(table, judgeable);
    return table;
  }
  const found = Object.fromEntries(
    Object.entries(given ?? {}).map(([id, one]) => [id, overrideOf(id, withoutUndefined(one), judgeable)]),
  );
  for (const one of own) {
    if (Object.hasOwn(found, one.id))
      throw new ShakedownError('CONFIG_INVALID', `objectives.${JSON.stringify(one.id)}: a threshold has this id`, {
        hint: 'Give the objective another id.',
      });
    found[one.id] = one;
  }
  refuseProblems(changedObjectives(judgeable.defaults, found), judgeable);
  return found;
}

/** A change to a default objective as it is; one of the user's own whole. @throws ShakedownError CONFIG_INVALID */
function overrideOf(id: string, given: Partial<Objective>, judgeable: Judgeable): ObjectiveOverride {
  const name = `objectives.${JSON.stringify(id)}`;
  const preset = judgeable.defaults.find((one) => one.id === id);
  if (preset !== undefined) {
    for (const key of ['metric', 'gate'] as const) {
      if (given[key] === undefined || given[key] === preset[key]) continue;
      throw new ShakedownError('CONFIG_INVALID', `${name}.${key}: that of this default objective is ${preset[key]}`, {
        hint: 'Give an objective of your own another id.',
      });
    }
    const { metric: _, gate: __, ...change } = given;
    if (change.statistic === undefined && change.comparedWith === undefined) return change;
    const whole = { ...preset, ...change };
    return { unit: unitOf(whole, judgeable), minimumSamples: samplesFor(whole, preset.minimumSamples), ...change };
  }
  if (given.metric === undefined) {
    const near = namesBefore.get(id) ?? closest(id, judgeable.objectives);
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    // A change that changes nothing would let a run pass that was meant to be judged more strictly.
    throw new ShakedownError('CONFIG_INVALID', `${name}: no default objective has this id${meant}`, {
      hint: `There are ${judgeable.objectives.join(', ')}. An objective of your own names its metric.`,
    });
  }
  for (const key of ['comparison', 'target'] as const) {
    if (given[key] !== undefined) continue;
    throw new ShakedownError('CONFIG_INVALID', `${name}.${key}: is missing; an objective of your own needs it`, {
      hint: 'An objective of your own names its metric, comparison and target.',
    });
  }
  return completed({ ...given, id }, judgeable);
}

/** An objective of the user's own with what it does not say. */
function completed(given: Partial<Objective>, judgeable: Judgeable): Objective {
  const like = judgeable.defaults.find(({ metric }) => metric === given.metric);
  const { id = '', metric = '', comparison = '<', target = 0 } = given;
  // Of readings over a run the worst one, unless another is asked for.
  const worst = comparison.startsWith('<') ? 'max' : 'min';
  const statistic = given.statistic ?? (metric === 'figure' ? worst : 'value');
  const objective = { weight: 1, key: true, ...given, id, metric, statistic, comparison, target };
  return {
    ...objective,
    title: given.title ?? id,
    gate: given.gate ?? like?.gate ?? 'performance',
    unit: given.unit ?? unitOf(objective, judgeable),
    minimumSamples: given.minimumSamples ?? samplesFor(objective, like?.minimumSamples ?? 0),
  };
}

function unitOf(given: Pick<Objective, 'metric' | 'statistic' | 'comparedWith'>, { units }: Judgeable): Unit {
  const unit = (units.get(given.metric)?.[0] ?? 'count') as Unit;
  const isShare = limitMsOf(given.statistic) !== null && unit === 'ms';
  return isShare || given.comparedWith !== undefined ? '%' : unit;
}

/** At least ten of the requests that a percentile leaves out. */
function samplesFor({ statistic }: Pick<Objective, 'statistic'>, usual: number): number {
  const p = percentileOf(statistic);
  return p === null ? usual : Math.max(usual, Math.ceil(1000 / (100 - p) - 1e-9));
}

/** @throws ShakedownError CONFIG_INVALID */
function refuseProblems(objectives: readonly Objective[], judgeable: Judgeable): void {
  const lines = objectiveProblems(objectives, judgeable);
  if (lines.length === 0) return;
  throw new ShakedownError('CONFIG_INVALID', lines.join('\n'), { hint: 'Correct these objectives.' });
}

function withoutUndefined(value: object): Partial<Objective> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined));
}
