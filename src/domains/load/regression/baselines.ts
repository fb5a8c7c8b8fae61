import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolder, writeReport } from '../../../evidence/atomic-file.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { BodyShape, PlanSummary } from '../../../model/plan.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { learnedAnswers } from '../events.ts';
import { conditionsOf, differenceOf, hardwareOf } from './conditions.ts';
import { geometricMean, pointLengthMs, windowSeries } from './series.ts';

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

const lineCount = z.object({ lines: z.number(), answers: z.number() });

/** Error lines in a run's logs, and answers meanwhile. */
export type LineCount = z.infer<typeof lineCount>;

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
  /** Of the load generator; absent: kept by an earlier version. */
  hardware: z.string().optional(),
  /** Absent: kept by a version that kept passing runs by itself. */
  verdict: z.enum(['pass', 'fail', 'inconclusive']).optional(),
  /** Compared with whatever came after, and not removed: the last release, say. */
  pinned: z.boolean().optional(),
  /** Absent: no log was followed. */
  errorLines: lineCount.optional(),
  /** What its answers had in common, by route, where no bodies are recorded; absent: nothing is known of them. */
  answers: z.array(learnedAnswers).optional(),
});

/** A run to compare later ones with, small enough to keep in the repository. */
export type Baseline = z.infer<typeof baselineSchema>;

export interface BaselineConfig {
  /** Absolute. */
  folder: string;
  /** How many a system keeps. */
  keep: number;
  /** How many of the newest a run is compared with. */
  runs: number;
}

const runLevel = z.object({ runId: z.string(), startedAt: z.string(), p50: z.number(), p95: z.number() });

/** Level of all requests of a run, ms: geometric means over its windows. */
export type RunLevel = z.infer<typeof runLevel>;

const chosenSchema = z.object({
  format: z.literal('shakedown.baselines/1'),
  baselines: z.array(baselineSchema),
  notCompared: z.string().nullable(),
  /** Of all kept runs under the same conditions, oldest first, for growth from run to run; absent: an earlier version chose. */
  levels: z.array(runLevel).optional(),
  /** All of them are of a load generator on other hardware, as the end of a sentence; absent: none is, or it is not known. */
  otherHardware: z.string().optional(),
  /** Why it is not compared with the pinned run, as the end of a sentence; absent: it is, or none is pinned. */
  pinnedElse: z.string().optional(),
  /** Files of kept runs that could not be read; absent: all could. */
  unreadable: z.array(z.string()).optional(),
});

/** What a run is compared with, fixed when it begins, so that its report stays the same. */
export type ChosenBaselines = z.infer<typeof chosenSchema>;

const chosenName = 'baseline.json';

/**
 * Keeps a finished run as a baseline and removes the oldest past `keep`, but never a pinned one.
 * @param verdict what the run came out with: one that did not pass is not called a passing run later
 * @param errorLines null: no log was followed
 * @returns the file's path
 * @throws ShakedownError for a run that measured nothing
 */
export async function addBaseline(
  facts: RunFacts,
  config: BaselineConfig,
  verdict: Verdict,
  errorLines: LineCount | null = null,
): Promise<string> {
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
    hardware: hardwareOf(facts),
    verdict,
    ...(errorLines === null ? {} : { errorLines }),
    ...(facts.learned === undefined ? {} : { answers: facts.learned }),
  };
  const folder = folderOf(config, baseline.name);
  await makeFolder(folder);
  const name = `${baseline.runId}.json`;
  const before = await readJson(join(folder, name), baselineSchema);
  if (before !== 'unreadable' && before.pinned === true) baseline.pinned = true;
  const path = await writeReport(folder, name, `${JSON.stringify(baseline)}\n`);
  const names = await baselineFiles(folder);
  for (const old of names.slice(0, Math.max(0, names.length - config.keep))) {
    const kept = await readJson(join(folder, old), baselineSchema);
    if (kept === 'unreadable' || kept.pinned !== true) await rm(join(folder, old));
  }
  return path;
}

/**
 * Pins a kept run, so that every later one is compared with it too, and unpins any other of the system; null: unpins all.
 * @returns the runs that were pinned before
 * @throws ShakedownError where no such run is kept
 */
export async function pinBaseline(config: BaselineConfig, name: string, runId: string | null): Promise<string[]> {
  const folder = folderOf(config, name);
  const kept = await keptRuns(config, name, runId);
  for (const { pinned, ...baseline } of kept) {
    const pin = baseline.runId === runId;
    if ((pinned === true) === pin) continue;
    const text = JSON.stringify(pin ? { ...baseline, pinned: true } : baseline);
    await writeReport(folder, `${baseline.runId}.json`, `${text}\n`);
  }
  return kept.filter(({ pinned }) => pinned === true).map((baseline) => baseline.runId);
}

/** Removes a kept run, pinned or not. @throws ShakedownError where no such run is kept */
export async function removeBaseline(config: BaselineConfig, name: string, runId: string): Promise<void> {
  await keptRuns(config, name, runId);
  await rm(join(folderOf(config, name), `${runId}.json`));
}

/** @param runId that must be among them; null: any */
async function keptRuns(config: BaselineConfig, name: string, runId: string | null): Promise<Baseline[]> {
  const { kept } = await listBaselines(config, name);
  if (runId === null || kept.some((baseline) => baseline.runId === runId)) return kept;
  throw new ShakedownError('BASELINE', `${runId} is not kept as a baseline of ${name}.`, {
    hint: `Keep it first: shakedown baseline add ${runId}. What is kept: shakedown baseline list.`,
  });
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
  let difference: string | null = null;
  const alike = kept.filter((baseline) => {
    const found = differenceOf(baseline, facts);
    difference ??= found === null ? null : `the last ${wordFor([baseline])} run, ${baseline.runId}, had ${found}`;
    return found === null;
  });
  const now = hardwareOf(facts);
  const here = alike.filter(({ hardware = now }) => hardware === now);
  const comparable = here.length > 0 ? here : alike;
  const pinned = kept.find((one) => one.pinned === true && !comparable.includes(one));
  const pinnedElse =
    pinned === undefined
      ? undefined
      : `${pinned.runId} had ${differenceOf(pinned, facts) ?? `other hardware (${pinned.hardware}; now ${now})`}`;
  const baselines: Baseline[] = [];
  for (const baseline of comparable) {
    const room = baselines.filter(({ pinned }) => pinned !== true).length < config.runs;
    if (room || baseline.pinned === true) baselines.push(baseline);
  }
  const [elsewhere] = here.length > 0 ? [] : alike;
  const chosen: ChosenBaselines = {
    format: 'shakedown.baselines/1',
    baselines,
    notCompared: baselines.length > 0 ? null : (difference ?? 'no passing run is kept as a baseline yet'),
    levels: comparable.flatMap((baseline) => levelOf(baseline) ?? []).reverse(),
    ...(pinnedElse === undefined || comparable.length === 0 ? {} : { pinnedElse }),
    ...(elsewhere === undefined
      ? {}
      : {
          otherHardware: `the load generator of ${elsewhere.runId} had other hardware (${elsewhere.hardware}; now ${now})`,
        }),
    ...(unreadable.length === 0 ? {} : { unreadable }),
  };
  await writeReport(facts.folder, chosenName, `${JSON.stringify(chosen)}\n`);
}

/** `passing` only where all of them did. */
export function wordFor(baselines: readonly Pick<Baseline, 'verdict'>[]): 'passing' | 'kept' {
  return baselines.every(({ verdict = 'pass' }) => verdict === 'pass') ? 'passing' : 'kept';
}

/** null: it has no window with enough requests. */
export function levelOf(run: Pick<Baseline, 'runId' | 'startedAt' | 'series'>): RunLevel | null {
  const all = run.series.find(({ subject }) => subject === 'all');
  if (all === undefined || all.at.length === 0) return null;
  const { runId, startedAt } = run;
  return { runId, startedAt, p50: geometricMean(all.p50), p95: geometricMean(all.p95) };
}

/** The plan with what the newest of these runs answered, for routes without recorded bodies. */
export function withBaselineAnswers(
  plan: PlanSummary,
  chosen: Pick<ChosenBaselines, 'baselines'> | 'unreadable' | null,
): PlanSummary {
  const shapes = new Map<string, BodyShape>();
  for (const { answers = [] } of chosen === null || chosen === 'unreadable' ? [] : chosen.baselines)
    for (const { route, shape } of answers) if (!shapes.has(route)) shapes.set(route, shape);
  return {
    ...plan,
    routes: plan.routes.map((one) => {
      const shape = one.answers?.shape === undefined ? shapes.get(`${one.method} ${one.route}`) : undefined;
      return shape === undefined ? one : { ...one, answers: { ...(one.answers ?? { answers: 0, kinds: [] }), shape } };
    }),
  };
}

/** What was chosen when the run began; null: this run did not look for baselines. */
export async function chosenBaselines(runFolder: string): Promise<ChosenBaselines | 'unreadable' | null> {
  const file = join(runFolder, chosenName);
  return existsSync(file) ? readJson(file, chosenSchema) : null;
}

/** Error lines of the last runs that a run is compared with, of those whose logs were followed. */
export async function baselineLines(runFolder: string): Promise<LineCount[]> {
  const chosen = await chosenBaselines(runFolder);
  if (chosen === null || chosen === 'unreadable') return [];
  return chosen.baselines.flatMap(({ errorLines }) => errorLines ?? []);
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
