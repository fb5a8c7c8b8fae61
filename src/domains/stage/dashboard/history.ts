import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { replaceFileSync } from '../../../evidence/atomic-file.ts';
import { readinessWord, verdictWord } from '../../../model/verdict.ts';

const words = new Set<string>([...Object.values(verdictWord), ...Object.values(readinessWord)]);
const resultsBytesAtMost = 50_000_000;

const number = z.number().nullable();
const past = z.object({
  id: z.string(),
  startedAt: z.string(),
  /** Its words, without options: `simulate`. */
  command: z.string(),
  version: z.string(),
  word: z.string(),
  p95Ms: number,
  p99Ms: number,
  errorPercent: number,
  ratePerSecond: number,
});
export type PastRun = z.output<typeof past>;

const index = z.object({
  format: z.literal('shakedown.history/1'),
  /** By the name of the run's folder. `run`: null where there are no results that can be read. */
  runs: z.record(z.string(), z.object({ mtimeMs: z.number(), bytes: z.number(), run: past.nullable() })),
});
type Index = z.output<typeof index>;

/**
 * What all runs of a folder came to, the newest first. Results that were read once are kept in an index in the user's cache, and read again only when
 * their file changed; nothing is written to the folder.
 */
export function runHistory(base: string, env: NodeJS.ProcessEnv = process.env): PastRun[] {
  const file = indexFile(base, env);
  const before = readIndex(file);
  const runs: Index['runs'] = {};
  let changed = false;
  for (const name of namesIn(base)) {
    const results = join(base, name, 'results.json');
    const found = foundAt(results);
    if (found === null || !found.isFile()) continue;
    const known = Object.hasOwn(before, name) ? before[name] : undefined;
    if (known !== undefined && known.mtimeMs === found.mtimeMs && known.bytes === found.size) runs[name] = known;
    else {
      changed = true;
      runs[name] = {
        mtimeMs: found.mtimeMs,
        bytes: found.size,
        run: found.size > resultsBytesAtMost ? null : read(results, name),
      };
    }
  }
  if (changed || Object.keys(before).length !== Object.keys(runs).length) writeIndex(file, runs);
  return Object.values(runs)
    .flatMap(({ run }) => (run === null ? [] : [run]))
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}

/** null: nothing is there, or nothing that this user may see. The log beside the runs is no folder. */
function foundAt(file: string): Stats | null {
  try {
    return statSync(file);
  } catch {
    return null;
  }
}

function indexFile(base: string, env: NodeJS.ProcessEnv): string {
  const folder = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'shakedown', 'history');
  return join(folder, `${createHash('sha256').update(resolve(base)).digest('hex').slice(0, 32)}.json`);
}

function readIndex(file: string): Index['runs'] {
  try {
    return index.parse(JSON.parse(readFileSync(file, 'utf8'))).runs;
  } catch {
    return {};
  }
}

function writeIndex(file: string, runs: Index['runs']): void {
  try {
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
    replaceFileSync(file, JSON.stringify({ format: 'shakedown.history/1', runs } satisfies Index));
  } catch {
    // Without an index all of it is read anew the next time.
  }
}

function namesIn(base: string): string[] {
  try {
    return readdirSync(base);
  } catch {
    return [];
  }
}

const results = z.object({
  run: z.object({ startedAt: z.string(), command: z.string(), isRunning: z.boolean().optional() }),
  candidate: z.object({ version: z.string() }),
  word: z.string(),
  objectives: z
    .array(
      z.object({
        objective: z.object({ metric: z.string(), statistic: z.string(), unit: z.string() }).loose(),
        value: number,
      }),
    )
    .catch([]),
});

function read(file: string, id: string): PastRun | null {
  try {
    const { run, candidate, word, objectives } = results.parse(JSON.parse(readFileSync(file, 'utf8')));
    if (run.isRunning === true || !words.has(word)) return null;
    const of = (metric: string, statistic?: string) =>
      objectives.find(
        ({ objective: one }) =>
          one.metric === metric &&
          (statistic === undefined || one.statistic === statistic) &&
          one.route === undefined &&
          one.tag === undefined,
      )?.value ?? null;
    return {
      ...{ id, startedAt: run.startedAt, command: wordsOf(run.command), version: candidate.version, word },
      ...{ p95Ms: of('response_time', 'p95'), p99Ms: of('response_time', 'p99') },
      ...{ errorPercent: of('error_rate'), ratePerSecond: of('throughput') },
    };
  } catch {
    return null;
  }
}

/** `shakedown uat run --size phone` → `uat run` */
function wordsOf(command: string): string {
  const all = command.split(' ').filter((word) => word !== 'shakedown');
  const end = all.findIndex((word) => word.startsWith('-'));
  return all.slice(0, end < 0 ? 2 : Math.min(end, 2)).join(' ');
}
