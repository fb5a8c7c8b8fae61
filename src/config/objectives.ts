import { z } from 'zod';
import type { Configuration } from '../domains/configuration.ts';
import { changed as changedObjectives, namesBefore } from '../gate/objectives.ts';
import type { ObjectiveOverride, ResolvedConfig } from '../model/config.ts';
import { ShakedownError } from '../model/error.ts';
import type { Objective } from '../model/verdict.ts';
import { vitalNames } from '../model/vital.ts';
import { objectiveProblems } from './objective-rules.ts';
import { closest } from './suggest.ts';

/** What the domains can be judged by. */
export interface Judgeable {
  /** Ids. */
  gates: readonly string[];
  metrics: readonly string[];
  /** Ids of the default objectives. */
  objectives: readonly string[];
  /** The same, whole. */
  defaults: readonly Objective[];
  /** Of each metric, those that its objectives may be in. */
  units: ReadonlyMap<string, readonly string[]>;
}

/** What a run is judged by: any gate, metric and objective that a domain has. */
export function objectivesConfiguration(known: Judgeable) {
  const objective = z.strictObject({
    id: z.string().min(1).describe('Short name.'),
    title: z.string().min(1).describe('For the report.'),
    gate: z.enum(known.gates).describe('Gate that it belongs to.'),
    metric: z.enum(known.metrics).describe('What is measured.'),
    statistic: z
      .enum(['p50', 'p90', 'p95', 'p99', 'p99.9', 'mean', 'max', 'value'])
      .describe('Which figure of the metric; value where it has only one.'),
    route: z.string().min(1).optional().describe('Only this route, such as `GET /products/:id`; all when absent.'),
    vital: z.enum(vitalNames).optional().describe('Which web vital, for the metric web_vital; no vital when absent.'),
    journey: z
      .string()
      .min(1)
      .optional()
      .describe('Which journey, for the metric journey_completion; no journey when absent.'),
    comparison: z.enum(['<', '<=', '>', '>=', '=']).describe('How the figure is compared with the target.'),
    target: z.number().describe('What the figure is compared with, in the unit below.'),
    unit: z.enum(['ms', '/s', '%', 'score', 'h', 'count']).describe('Unit of the metric.'),
    weight: z.number().min(0).describe('Weight in the score of its gate.'),
    key: z.boolean().describe('Whether its failure fails the gate, whatever the score.'),
    minimumSamples: z.int().min(0).describe('Fewer samples than this are inconclusive.'),
  });
  const { comparison, target, weight, key, minimumSamples, title } = objective.shape;
  const changes = z.strictObject({
    comparison: changed(comparison),
    target: changed(target),
    weight: changed(weight),
    key: changed(key),
    minimumSamples: changed(minimumSamples),
    title: changed(title),
  });
  const schemas = {
    objectives: z
      .union([z.record(z.string(), changes), z.array(objective).min(1)])
      .optional()
      .describe(
        'Changes to the default objectives by id, or a whole table of your own; the default objectives as they are when absent.',
      ),
  };
  const configuration: Configuration<typeof schemas> = {
    schemas,
    examples: [
      {
        objectives: {
          'response-p95': { title: 'Answers', comparison: '<', target: 80, weight: 3, key: true, minimumSamples: 400 },
        },
      },
      { objectives: [ownObjective, { ...ownObjective, ...ownVital }, { ...ownObjective, ...ownJourney }] },
    ],
    resolve: ({ objectives }) => ({ objectives: resolved(objectives, known) }),
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
const ownVital = { id: 'paint', title: 'Pages painted', metric: 'web_vital', vital: 'LCP', target: 2500 } as const;
const ownJourney = {
  id: 'buyers',
  title: 'Buyers',
  gate: 'parity',
  metric: 'journey_completion',
  statistic: 'value',
  journey: 'Buy',
  comparison: '>=',
  target: 95,
  unit: '%',
} as const;

function changed<T extends z.ZodType>(schema: T): z.ZodOptional<T> {
  const before = schema.description?.replace(/\.$/, '') ?? '';
  return schema.optional().describe(`${before}; that of the default objective when absent.`);
}

function resolved(
  given: Readonly<Record<string, object>> | readonly object[] | undefined,
  judgeable: Judgeable,
): ResolvedConfig['objectives'] {
  if (given === undefined) return null;
  if (Array.isArray(given)) {
    const table = given.map((one) => withoutUndefined(one) as Objective);
    refuseProblems(table, judgeable);
    return table;
  }
  const known = judgeable.objectives;
  const changes = Object.entries(given);
  for (const [id] of changes) {
    if (known.includes(id)) continue;
    const near = namesBefore.get(id) ?? closest(id, known);
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    // A change that changes nothing would let a run pass that was meant to be judged more strictly.
    throw new ShakedownError(
      'CONFIG_INVALID',
      `objectives.${JSON.stringify(id)}: no default objective has this id${meant}`,
      {
        hint: `There are ${known.join(', ')}.`,
      },
    );
  }
  const found = Object.fromEntries(changes.map(([id, change]) => [id, withoutUndefined(change) as ObjectiveOverride]));
  refuseProblems(changedObjectives(judgeable.defaults, found), judgeable);
  return found;
}

/** @throws ShakedownError CONFIG_INVALID */
function refuseProblems(objectives: readonly Objective[], judgeable: Judgeable): void {
  const lines = objectiveProblems(objectives, judgeable);
  if (lines.length === 0) return;
  throw new ShakedownError('CONFIG_INVALID', lines.join('\n'), { hint: 'Correct these objectives.' });
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined));
}
