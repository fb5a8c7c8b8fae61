import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolder, writeReport } from '../../../evidence/atomic-file.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import { pointLengthMs, routePointLengthMs, windowSeries } from './series.ts';

const series = z.object({
  subject: z.string(),
  at: z.array(z.number()),
  count: z.array(z.number()),
  mean: z.array(z.number()),
  p50: z.array(z.number()),
  p95: z.array(z.number()),
  p99: z.array(z.number()),
  errors: z.array(z.number()).optional(),
});

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
  series: z.array(series),
});

/** A passing run, small enough to keep in the repository. */
export type Baseline = z.infer<typeof baselineSchema>;

export interface BaselineConfig {
  /** Absolute. */
  folder: string;
  /** How many a system keeps. */
  keep: number;
  /** How many of the newest a run is compared with. */
  runs: number;
}

const chosenSchema = z.object({
  format: z.literal('shakedown.baselines/1'),
  baselines: z.array(baselineSchema),
  notCompared: z.string().nullable(),
  /** Files of kept runs that could not be read; absent: all could. */
  unreadable: z.array(z.string()).optional(),
});

/** What a run is compared with, fixed when it begins, so that its report stays the same. */
export type ChosenBaselines = z.infer<typeof chosenSchema>;

const chosenName = 'baseline.json';

/** Keeps a finished run as a baseline and removes the oldest past `keep`. @returns the file's path */
export async function addBaseline(facts: RunFacts, config: BaselineConfig): Promise<string> {
  if (!existsSync(join(facts.folder, 'windows', 'response.hlog'))) {
    throw new ShakedownError('BASELINE', `${facts.folder} cannot be a baseline: it measured nothing.`, {
      hint: 'Name a run that finished.',
    });
  }
  const { started } = facts;
  const baseline: Baseline = {
    format: 'shakedown.baseline/1',
    runId: started.runId,
    name: started.candidate.name,
    version: started.candidate.version,
    startedAt: started.time,
    conditions: conditionsOf(facts),
    scheduleSha256: facts.plan?.plan.scheduleSha256 ?? '',
    pointMs: pointLengthMs(facts),
    series: await windowSeries(facts),
  };
  const folder = folderOf(config, baseline.name);
  await makeFolder(folder);
  const path = await writeReport(folder, `${baseline.runId}.json`, `${JSON.stringify(baseline)}\n`);
  const names = await baselineFiles(folder);
  for (const name of names.slice(0, Math.max(0, names.length - config.keep))) await rm(join(folder, name));
  return path;
}

/** Baselines of a system, newest first, and the names of files that cannot be read as one. */
export async function listBaselines(
  config: BaselineConfig,
  name: string,
): Promise<{ kept: Baseline[]; unreadable: string[] }> {
  const folder = folderOf(config, name);
  const kept: Baseline[] = [];
  const unreadable: string[] = [];
  for (const file of (await baselineFiles(folder)).reverse()) {
    const baseline = await readJson(join(folder, file), baselineSchema);
    if (baseline === 'unreadable') unreadable.push(file);
    else kept.push(baseline);
  }
  return { kept, unreadable };
}

/**
 * Chooses what a run is compared with and copies it into the run's folder; once only. The facts hold the plan and the
 * engine by then.
 */
export async function chooseBaselines(facts: RunFacts, config: BaselineConfig): Promise<void> {
  if (existsSync(join(facts.folder, chosenName))) return;
  const { kept, unreadable } = await listBaselines(config, facts.started.candidate.name);
  const baselines: Baseline[] = [];
  let difference: string | null = null;
  for (const baseline of kept) {
    const found = differenceOf(baseline, facts);
    if (found === null && baselines.length < config.runs) baselines.push(baseline);
    difference ??= found === null ? null : `the last passing run, ${baseline.runId}, had ${found}`;
  }
  const none = kept.length === 0 ? 'no passing run is kept as a baseline yet' : difference;
  const chosen: ChosenBaselines = {
    format: 'shakedown.baselines/1',
    baselines,
    notCompared: baselines.length > 0 ? null : none,
    ...(unreadable.length === 0 ? {} : { unreadable }),
  };
  await writeReport(facts.folder, chosenName, `${JSON.stringify(chosen)}\n`);
}

/** What was chosen when the run began; null: this run did not look for baselines. */
export async function chosenBaselines(runFolder: string): Promise<ChosenBaselines | 'unreadable' | null> {
  const file = join(runFolder, chosenName);
  return existsSync(file) ? readJson(file, chosenSchema) : null;
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

function differenceOf(baseline: Baseline, facts: RunFacts): string | null {
  for (const [what, now] of Object.entries(conditionsOf(facts))) {
    const then = baseline.conditions[what] ?? 'none';
    const brief = (text: string) => (text.length > 40 ? `${text.slice(0, 12)}…` : text);
    if (then !== now) return `another ${what} (${brief(then)}; now ${brief(now)})`;
  }
  return null;
}

function folderOf({ folder }: BaselineConfig, name: string): string {
  return join(
    folder,
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'system',
  );
}

/** Oldest first: a run's id begins with its time. */
async function baselineFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new ShakedownError('BASELINE', `${folder} cannot be read: ${cause.message}.`, {
      hint: 'Let baselines.folder name a folder that you may read.',
      cause,
    });
  });
  return names.filter((name) => /^[\w-]+\.json$/.test(name)).sort();
}

async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | 'unreadable'> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return 'unreadable';
  }
}
