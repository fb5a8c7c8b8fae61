import { z } from 'zod';
import type { Doubt } from '../../domains/domain.ts';
import { savedHonesty, settingsOf } from '../../domains/settings.ts';
import { namesBefore, type ObjectiveChanges } from '../../gate/objectives.ts';
import type { AppliedPolicy } from '../../model/results.ts';
import type { Objective } from '../../model/verdict.ts';
import { vitalNames } from '../../model/vital.ts';

const objective = z.object({
  id: z.string(),
  title: z.string(),
  gate: z.string(),
  metric: z.string(),
  statistic: z.enum(['p50', 'p90', 'p95', 'p99', 'p99.9', 'mean', 'max', 'value']),
  route: z.string().exactOptional(),
  vital: z.enum(vitalNames).exactOptional(),
  journey: z.string().exactOptional(),
  comparison: z.enum(['<', '<=', '>', '>=', '=']),
  target: z.number(),
  unit: z.enum(['ms', '/s', '%', 'score', 'h', 'count']),
  weight: z.number().min(0),
  key: z.boolean(),
  minimumSamples: z.number().min(0),
});

const changes = z.record(
  z.string(),
  objective
    .pick({ title: true, comparison: true, target: true, weight: true, key: true, minimumSamples: true })
    .partial(),
);

/** Saved configurations may hold a name of before. */
const nameNow = (name: string) => namesBefore.get(name) ?? name;
const changesNow = changes.transform((found) =>
  Object.fromEntries(Object.entries(found).map(([id, one]) => [nameNow(id), one])),
);
const tableNow = z
  .array(objective.transform((one) => ({ ...one, id: nameNow(one.id), metric: nameNow(one.metric) })))
  .min(1);

const settings = z.object({
  objectives: z.union([tableNow, changesNow]).nullish(),
  honesty: savedHonesty,
  policy: z
    .object({
      name: z.string(),
      title: z.string(),
      gates: z.array(z.string()),
      objectives: changesNow.default({}),
      maxAgeHours: z.record(z.string(), z.number()).default({}),
    })
    .nullish(),
});

export interface JudgeSettings {
  /** A whole table, or changes to the default ones by id; null: the default ones. */
  objectives: Objective[] | ObjectiveChanges | null;
  maxInvalidShare: number;
  policy: (AppliedPolicy & { objectives: ObjectiveChanges }) | null;
  /** What of the settings could not be read, so that the run was not judged as it was meant to be. */
  doubts: readonly Doubt[];
}

/** What the run's own configuration says about judging it; the defaults where it says nothing. */
export function judgeSettings(config: unknown): JudgeSettings {
  const { value, doubts } = settingsOf(settings, config);
  return {
    objectives: (value.objectives ?? null) as JudgeSettings['objectives'],
    maxInvalidShare: value.honesty.maxInvalidShare,
    policy: (value.policy ?? null) as JudgeSettings['policy'],
    doubts,
  };
}
