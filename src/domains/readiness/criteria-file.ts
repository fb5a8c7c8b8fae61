import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readBounded } from '../../evidence/bounded-file.ts';
import { ShakedownError } from '../../model/error.ts';
import { spacedJson } from '../../signing/strict-json.ts';
import { stageEvents, stageKeys } from '../phase.ts';

const bundled = fileURLToPath(new URL('../../../reports/policies/success-criteria.json', import.meta.url));
const mostBytes = 256_000;

const bound = (unit: string, example: string) =>
  z.string().regex(new RegExp(`^>=\\d+(\\.\\d+)?${unit}$`), `must be written as ${example}`);
const yes = z.union([z.literal('true'), z.literal(true)]);

/** The scenario's success criteria. A key or a unit that is not known would be passed over, so it is refused. */
const criteriaSchema = z
  .strictObject({
    requiredEvents: z.array(z.enum(stageEvents)),
    blackboardState: z.partialRecord(z.enum(stageKeys), z.union([z.string().min(1), z.boolean()])),
    deploymentMetrics: z
      .strictObject({
        testPassRate: bound('%', '>=95%'),
        performanceTargetsMet: z.literal('all'),
        securityIssues: z.enum(['no_critical', 'none']),
        stabilityPeriod: bound('_(hours|minutes|days)', '>=24_hours'),
        deploymentSuccess: yes,
      })
      .partial(),
  })
  .partial();

export type Criteria = z.output<typeof criteriaSchema>;

/** @param file null: those that come with Shakedown @throws ShakedownError CRITERIA_INVALID */
export async function readCriteria(file: string | null): Promise<Criteria> {
  const path = file ?? bundled;
  const refuse = (why: string, cause?: unknown) =>
    new ShakedownError('CRITERIA_INVALID', `The success criteria in ${path} cannot be taken: ${why}.`, {
      hint: 'reports/policies/success-criteria.json of Shakedown shows the keys and their units.',
      cause,
    });
  let text: string;
  try {
    text = (await readBounded(path, mostBytes)).toString('utf8');
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
  return criteriaOf(text, refuse);
}

/** @throws what `refuse` makes of the reason */
export function criteriaOf(text: string, refuse: (why: string, cause?: unknown) => Error): Criteria {
  const value = spacedJson(text);
  if (value === undefined) throw refuse('it is no JSON, or has a key twice');
  const parsed = criteriaSchema.safeParse(value);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    throw refuse(
      `${first?.path.join('.') || 'it'}: ${first?.message.toLowerCase() ?? 'it is not valid'}`,
      parsed.error,
    );
  }
  const { requiredEvents = [], blackboardState = {}, deploymentMetrics = {} } = parsed.data;
  if (requiredEvents.length + Object.keys(blackboardState).length + Object.keys(deploymentMetrics).length === 0)
    throw refuse('it asks for nothing');
  return parsed.data;
}

/** Hours of `>=24_hours`. */
export function hoursOf(text: string): number {
  const [, number = '', unit = ''] = /^>=([\d.]+)_(\w+)$/.exec(text) ?? [];
  return Number(number) * (unit === 'days' ? 24 : unit === 'minutes' ? 1 / 60 : 1);
}

/** Percent of `>=95%`. */
export function percentOf(text: string): number {
  return Number(/^>=([\d.]+)%$/.exec(text)?.[1] ?? Number.NaN);
}
