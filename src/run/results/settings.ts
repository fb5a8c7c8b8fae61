import { z } from 'zod';
import type { Doubt } from '../../domains/domain.ts';
import { savedHonesty, settingsOf, usualHonesty } from '../../domains/settings.ts';
import { namesBefore, type ObjectiveChanges } from '../../gate/objectives.ts';
import type { JudgedBy } from '../../model/config.ts';
import { objectiveKeys } from '../../model/objective.ts';
import type { AppliedPolicy } from '../../model/results.ts';
import type { Objective } from '../../model/verdict.ts';

const { title, statistic, comparison, target, unit, weight, key, minimumSamples, ...more } = objectiveKeys;
const required = { title, statistic, comparison, target, unit, weight, key, minimumSamples };
const optional = z.object(more).partial().shape;
const objective = z.object({ id: z.string(), gate: z.string(), metric: z.string(), ...required, ...optional });

const changes = z.record(z.string(), objective.partial());

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
      version: z.int().exactOptional(),
      digest: z.string().exactOptional(),
      weaker: z.array(z.string()).exactOptional(),
      sha256: z.string().exactOptional(),
      isOneGate: z.boolean().exactOptional(),
    })
    .nullish(),
});

export interface JudgeOptions {
  /** When it is judged: a policy may say how old evidence may be then. */
  nowMs?: number;
  /** Another process still works on it: what is not there yet is no fault of its evidence. */
  isRunning?: boolean;
  /** What was done to the records of who signed is passed over: what the evidence alone gives. */
  isWithoutSignOffs?: boolean;
  /** How often a run under way is judged: among many looks one may fail by chance; 1: only at its end. */
  looks?: number;
  /** A gate that is judged by all that belongs to it, as under a policy that names it; absent: by what the run was asked for. */
  wholeGate?: string | null | undefined;
  /** Targets in place of those that the run was made with; absent: its own. */
  by?: JudgedBy | undefined;
}

export interface JudgeSettings {
  /** A whole table, or changes to the default ones by id; null: the default ones. */
  objectives: Objective[] | ObjectiveChanges | null;
  maxInvalidShare: number;
  /** What it lets pass of the load's own disturbance beyond what is usual, in words. */
  lenience: readonly string[];
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
    lenience: (['maxInvalidShare', 'maxGeneratorLatenessMs'] as const)
      .filter((key) => value.honesty[key] > usualHonesty[key])
      .map((key) => `honesty.${key} (${value.honesty[key]}, not ${usualHonesty[key]})`),
    policy: (value.policy ?? null) as JudgeSettings['policy'],
    doubts,
  };
}

/**
 * The configuration of a run as it would be under a policy that names this gate and no other.
 * @param gate null: without its policy, so that what the run was not asked for is not missed
 * @param by whose targets it is held against; absent: its own
 */
export function asking(config: unknown, gate: string | null | undefined, by?: JudgedBy): unknown {
  if (gate === undefined && by === undefined) return config;
  const saved = (typeof config === 'object' && config !== null ? config : {}) as { policy?: object };
  const { policy, ...own } = by === undefined ? saved : { ...saved, ...by };
  if (gate === null) return own;
  if (gate !== undefined)
    return { ...own, policy: { name: gate, title: gate, ...policy, gates: [gate], weaker: [], isOneGate: true } };
  return policy === undefined ? own : { ...own, policy };
}
