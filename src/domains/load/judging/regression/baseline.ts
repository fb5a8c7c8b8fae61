import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type BaselineConfig,
  fixChoice,
  fixedChoice,
  keepBaseline,
  keptBaselines,
} from '../../../../evidence/baselines.ts';
import { ShakedownError } from '../../../../model/error.ts';
import type { RunFacts } from '../../../../model/run-facts.ts';
import { pointLengthMs, routePointLengthMs, windowSeries } from './series.ts';

const figures = z.array(z.number());

const baselineSchema = z.object({
  format: z.literal('shakedown.baseline/1'),
  runId: z.string(),
  name: z.string(),
  version: z.string(),
  startedAt: z.string(),
  /** What must be the same for a comparison to mean anything; each in words. */
  conditions: z.record(z.string(), z.string()),
  /** Runs with the same schedule are paired in time. */
  scheduleSha256: z.string(),
  pointMs: z.number(),
  series: z.array(
    z.object({
      subject: z.string(),
      ...{ at: figures, count: figures, mean: figures, p50: figures, p95: figures, p99: figures },
      errors: figures.optional(),
    }),
  ),
});

/** A passing run, small enough to keep in the repository. */
export type Baseline = z.infer<typeof baselineSchema>;

const chosenSchema = z.object({
  format: z.literal('shakedown.baselines/1'),
  baselines: z.array(baselineSchema),
  notCompared: z.string().nullable(),
});

/** What a run is compared with, fixed when it begins, so that its report stays the same. */
export type ChosenBaselines = z.infer<typeof chosenSchema>;

/** Keeps a finished run as a baseline and removes the oldest past `keep`. @returns the file's path @throws ShakedownError BASELINE */
export async function addBaseline(facts: RunFacts, config: BaselineConfig): Promise<string> {
  const { folder, started, plan } = facts;
  if (!existsSync(join(folder, 'windows', 'response.hlog'))) {
    throw new ShakedownError('BASELINE', `${folder} cannot be a baseline: it measured nothing.`, {
      hint: 'Name a run that finished.',
    });
  }
  const baseline: Baseline = {
    format: 'shakedown.baseline/1',
    runId: started.runId,
    name: started.candidate.name,
    version: started.candidate.version,
    startedAt: started.time,
    conditions: conditionsOf(facts),
    scheduleSha256: plan?.plan.scheduleSha256 ?? '',
    pointMs: pointLengthMs(facts),
    series: await windowSeries(facts),
  };
  return keepBaseline(config, baseline);
}

/** Baselines of a system, newest first; files that are none are passed over. */
export async function listBaselines(config: BaselineConfig, name: string): Promise<Baseline[]> {
  return keptBaselines(config, name, baselineSchema);
}

/** Chooses what a run is compared with; once only. @param facts as they are when the journal holds the plan and the engine */
export async function chooseBaselines(facts: RunFacts, config: BaselineConfig): Promise<void> {
  await fixChoice(facts.folder, async (): Promise<ChosenBaselines> => {
    const kept = await listBaselines(config, facts.started.candidate.name);
    const conditions = conditionsOf(facts);
    const judged = kept.map((baseline) => ({ baseline, difference: differenceOf(baseline, conditions) }));
    const alike = judged.filter(({ difference }) => difference === null).slice(0, config.runs);
    return {
      format: 'shakedown.baselines/1',
      baselines: alike.map(({ baseline }) => baseline),
      notCompared: alike.length > 0 ? null : whyNone(judged[0]),
    };
  });
}

function whyNone(newest: { baseline: Baseline; difference: string | null } | undefined): string {
  if (newest === undefined) return 'no passing run is kept as a baseline yet';
  return `the last passing run, ${newest.baseline.runId}, had ${newest.difference}`;
}

/** What was chosen when the run began; null: this run did not look for baselines, or the file is damaged. */
export async function chosenBaselines(runFolder: string): Promise<ChosenBaselines | null> {
  return fixedChoice(runFolder, chosenSchema);
}

/** Two runs are comparable when all of these are the same. */
function conditionsOf(facts: RunFacts): Record<string, string> {
  const plan = facts.plan?.plan;
  const options = plan?.options;
  return {
    recording: plan?.recording.shardsSha256 ?? '',
    mode: options?.mode ?? '',
    rate: String(options?.ratePerSecond ?? `scale ${options?.scale ?? 1}`),
    speed: String(options?.speed ?? 1),
    shape: JSON.stringify(options?.shape ?? null),
    writes: options?.writes ?? '',
    target: facts.started.environment.name,
    'window length': `${pointLengthMs(facts)} ms, of routes ${routePointLengthMs(facts)} ms`,
    engine: `${facts.engine?.name ?? ''} (${facts.engine?.build ?? ''})`,
  };
}

function differenceOf(baseline: Baseline, conditions: Record<string, string>): string | null {
  const brief = (text: string) => (text.length > 40 ? `${text.slice(0, 12)}…` : text);
  for (const [what, now] of Object.entries(conditions)) {
    const then = baseline.conditions[what] ?? 'none';
    if (then !== now) return `another ${what} (${brief(then)}; now ${brief(now)})`;
  }
  return null;
}
