import { z } from 'zod';
import type { Feature, Journey, JourneyObjective, JourneySettings } from '../../model/journeys.ts';

const name = z.string().min(1).max(60);
const route = z
  .string()
  .regex(/^([A-Za-z]+|\*)\s+\/\S*$/, 'must be a method and a path, such as `GET /products/:id` or `* /basket/**`');
const routes = z.union([route, z.array(route).min(1).max(50)]);

const step = z.strictObject({
  name: name.optional().describe('What is shown; the feature’s or the first route’s name when absent.'),
  routes: routes.optional().describe('`METHOD /path`: `:name` any changing part, `*` any part, a last `**` the rest.'),
  feature: name.optional().describe('In place of routes: those of this feature.'),
});

const completionPattern = /^(>=?)\s*(\d+(?:\.\d+)?)\s*%$/;

const objective = z.strictObject({
  completion: z
    .string()
    .regex(completionPattern, 'must be such as `>= 95 %`')
    .refine((text) => Number(completionPattern.exec(text)?.[2]) <= 100, { error: 'must be 100 % at the most' })
    .describe('Of the sessions that came to its end in production, how many must do so in the replay: `>= 95 %`.'),
  key: z.boolean().optional().describe('Whether its failing fails the Parity gate; true when absent.'),
  weight: z.number().min(0).optional().describe('In the Parity gate; 2 when absent.'),
  minimumSamples: z.int().min(0).optional().describe('Fewer sessions than this are inconclusive; 20 when absent.'),
});

const journey = z.strictObject({
  name,
  steps: z.array(step).min(2).max(12).describe('In order; what comes in between does not matter.'),
  maxBetweenS: z.number().positive().optional().describe('A step counts only so soon after the one before it.'),
  answerWithinMs: z.number().positive().optional().describe('An answer that takes longer is a step that was lost.'),
  objective: objective.optional().describe('What the release must keep of it; without one it is told, not judged.'),
});

export const journeysSchema = z.array(journey).max(12);
export const featuresSchema = z.record(name, routes).refine((value) => Object.keys(value).length <= 24, {
  error: 'there may be 24 at the most',
});

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
export function resolveJourneys(
  journeys: z.output<typeof journeysSchema>,
  features: z.output<typeof featuresSchema>,
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

function resolveObjective(given: z.output<typeof objective>): JourneyObjective {
  const [, comparison, target] = completionPattern.exec(given.completion) ?? [];
  return {
    comparison: comparison === '>' ? '>' : '>=',
    target: Number(target),
    key: given.key ?? true,
    weight: given.weight ?? 2,
    minimumSamples: given.minimumSamples ?? 20,
  };
}
