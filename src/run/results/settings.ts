import { z } from 'zod';
import type { ObjectiveChanges } from '../../gate/objectives.ts';
import { gateIds, metrics, type Objective } from '../../model/verdict.ts';
import { type VitalName, vitalNames } from '../../model/vital.ts';

const comparison = z.enum(['<', '<=', '>', '>=', '=']);

const objective = z.object({
  id: z.string(),
  title: z.string(),
  gate: z.enum(gateIds),
  metric: z.enum(metrics),
  statistic: z.enum(['p50', 'p90', 'p95', 'p99', 'p99.9', 'mean', 'max', 'value']),
  route: z.string().optional(),
  vital: z.enum(vitalNames).optional(),
  journey: z.string().optional(),
  comparison,
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

const vitals = z.partialRecord(z.enum(vitalNames), z.number());

const settings = z.object({
  objectives: z
    .union([z.array(objective).min(1), changes])
    .nullish()
    .catch(null),
  apdexThresholdMs: z.number().positive().catch(100),
  browser: z.object({ budgets: vitals.catch({}) }).catch({ budgets: {} }),
  uat: z.object({ budgets: vitals.catch({}) }).catch({ budgets: {} }),
  honesty: z.object({ maxVoidShare: z.number().min(0).max(1).catch(0.1) }).catch({ maxVoidShare: 0.1 }),
});

export interface JudgeSettings {
  objectives: Objective[] | ObjectiveChanges | null;
  apdexThresholdMs: number;
  maxVoidShare: number;
  /** What vitals of visitors in browsers are judged by. */
  browserBudgets: Partial<Record<VitalName, number>>;
  /** What vitals are shown against. */
  vitalBudgets: Partial<Record<VitalName, number>>;
}

/** What the run's own configuration says about judging it; the defaults where it says nothing. */
export function judgeSettings(config: unknown): JudgeSettings {
  const parsed = settings.parse(typeof config === 'object' && config !== null ? config : {});
  return {
    objectives: (parsed.objectives ?? null) as JudgeSettings['objectives'],
    apdexThresholdMs: parsed.apdexThresholdMs,
    maxVoidShare: parsed.honesty.maxVoidShare,
    browserBudgets: parsed.browser.budgets as JudgeSettings['browserBudgets'],
    vitalBudgets: { ...parsed.uat.budgets, ...parsed.browser.budgets } as JudgeSettings['vitalBudgets'],
  };
}
