import { z } from 'zod';
import { ShakedownError } from '../../model/error.ts';
import type { Feature, Journey, JourneyObjective, JourneySettings } from '../../model/journeys.ts';
import type { Configuration } from '../configuration.ts';
import { sampleFeatures, sampleJourneys } from './sample-journeys.ts';

const name = z.string().min(1).max(60);
const route = z
  .string()
  .regex(/^([A-Za-z]+|\*)\s+\/\S*$/, 'must be a method and a path, such as `GET /products/:id` or `* /basket/**`');
const routes = z.union([route, z.array(route).min(1).max(50)]);

const step = z.strictObject({
  name: name.optional().describe('Name in the report; the feature’s or the first route’s when absent.'),
  routes: routes
    .optional()
    .describe('`METHOD /path`: `:name` any changing part, `*` any part, a last `**` the rest; feature when absent.'),
  feature: name.optional().describe('The routes that `features` lists under this name; routes when absent.'),
});

const completionPattern = /^(>=?)\s*(\d+(?:\.\d+)?)\s*%$/;

const objective = z.strictObject({
  completion: z
    .string()
    .regex(completionPattern, 'must be such as `>= 95 %`')
    .refine((text) => Number(completionPattern.exec(text)?.[2]) <= 100, { error: 'must be at most 100 %' })
    .describe(
      'Of the sessions that completed it in production, the share that must complete it in the replay: `>= 95 %`.',
    ),
  key: z.boolean().default(true).describe('Whether the Parity gate fails when the target is missed.'),
  weight: z.number().min(0).default(2).describe('Weight in the Parity gate.'),
  minimumSamples: z.int().min(0).default(20).describe('Fewer sessions than this are inconclusive.'),
});

const journey = z.strictObject({
  name: name.describe('Name in the report and in objectives.'),
  steps: z.array(step).min(2).max(12).describe('In order; what comes in between does not matter.'),
  maxBetweenS: z
    .number()
    .positive()
    .optional()
    .describe('A step counts only within this time after the one before it; at any time when absent.'),
  answerWithinMs: z
    .number()
    .positive()
    .optional()
    .describe('A step whose answer takes longer counts as lost; no limit when absent.'),
  objective: objective.optional().describe('Target for its completion; reported and not judged when absent.'),
});

const journeysSchema = z
  .array(journey)
  .max(12)
  .optional()
  .describe(
    'Business-critical paths through the system, as funnels; those of the sample system, or none, when absent.',
  );
const featuresSchema = z
  .record(name, routes)
  .refine((value) => Object.keys(value).length <= 24, {
    error: 'there may be at most 24',
  })
  .optional()
  .describe('What people use: routes by name; by the first part of the path when absent.');

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    journeys: JourneySettings;
  }
}

const listed = (value: string | readonly string[]) =>
  (typeof value === 'string' ? [value] : [...value]).map((one) => one.replace(/\s+/, ' '));

/**
 * Fills in what a user left out.
 * @returns a text that says what is wrong where something is
 */
function resolveJourneys(
  journeys: readonly z.output<typeof journey>[],
  features: Readonly<Record<string, string | readonly string[]>>,
): JourneySettings | string {
  const groups = Object.entries(features).map(([each, value]): Feature => ({ name: each, routes: listed(value) }));
  const resolved: Journey[] = [];
  for (const [i, given] of journeys.entries()) {
    const steps: Journey['steps'] = [];
    for (const [k, { name: own, routes: direct, feature }] of given.steps.entries()) {
      const where = `journeys.${i}.steps.${k}`;
      if ((direct === undefined) === (feature === undefined)) return `${where}: needs either routes or a feature`;
      const group = groups.find((one) => one.name === feature);
      if (feature !== undefined && group === undefined)
        return `${where}.feature: there is no feature ${JSON.stringify(feature)}`;
      const wanted = group?.routes ?? listed(direct ?? []);
      steps.push({ name: own ?? group?.name ?? wanted[0] ?? '', routes: wanted });
    }
    resolved.push({
      name: given.name,
      steps,
      maxBetweenMs: given.maxBetweenS === undefined ? null : given.maxBetweenS * 1000,
      answerWithinMs: given.answerWithinMs ?? null,
      ...(given.objective === undefined ? {} : { objective: resolveObjective(given.objective) }),
    });
    const twin = resolved.findIndex((one) => one.name === given.name);
    // An objective names its journey.
    if (twin < i && resolved.some((one) => one.name === given.name && one.objective !== undefined))
      return `journeys.${i}.name: another journey is named ${JSON.stringify(given.name)}`;
  }
  return { journeys: resolved, features: groups };
}

function resolveObjective({ completion, key, weight, minimumSamples }: z.output<typeof objective>): JourneyObjective {
  const [, comparison, target] = completionPattern.exec(completion) ?? [];
  return { comparison: comparison === '>' ? '>' : '>=', target: Number(target), key, weight, minimumSamples };
}

const schemas = { journeys: journeysSchema, features: featuresSchema };

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      journeys: [
        {
          name: 'Buy',
          steps: [
            { name: 'Look at a product', feature: 'Catalogue' },
            { name: 'Place the order', routes: ['POST /checkout', 'POST /api/orders'] },
          ],
          maxBetweenS: 1800,
          answerWithinMs: 3000,
          objective: { completion: '>= 95 %', key: true, weight: 2, minimumSamples: 20 },
        },
      ],
      features: { Catalogue: ['GET /', 'GET /products/:id'], Search: 'GET /search' },
    },
  ],
  /** The sample system has journeys of its own; those of a user's take their place. */
  resolve({ journeys, features }, { isSample }) {
    const isOwn = journeys !== undefined || features !== undefined || !isSample;
    const resolved = isOwn
      ? resolveJourneys(journeys ?? [], features ?? {})
      : resolveJourneys(sampleJourneys, sampleFeatures);
    if (typeof resolved !== 'string') return { journeys: resolved };
    throw new ShakedownError('CONFIG_INVALID', resolved, {
      hint: 'A step names `routes`, or with `feature` one of `features`.',
    });
  },
};
