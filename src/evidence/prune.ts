import { access, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ShakedownError } from '../model/error.ts';
import { readinessWord, verdictWord } from '../model/verdict.ts';
import { readBounded } from './bounded-file.ts';
import { type LockHolder, lockedBy } from './lock.ts';

/** Whether a folder is called as runs are: others are passed over. */
export const isRunName = (name: string) => runName.test(name);

const runName = /^(\d{4}-\d{2}-\d{2})T(\d{2})(\d{2})-[0-9a-f]{4}$/;
/** Results may come from anyone: no other word reaches a terminal. */
const words: ReadonlySet<string> = new Set([...Object.values(verdictWord), ...Object.values(readinessWord)]);
const dayMs = 24 * 3_600_000;
/** Of a file that is read for what it says of a run; a longer one says nothing. */
const mostBytes = 256 * 1024 * 1024;

/** Which runs are kept; null sets no bound. */
export interface Retention {
  /** So many of the newest. */
  keep: number | null;
  /** Not older than so many days. */
  keepDays: number | null;
}

export interface StoredRun {
  id: string;
  folder: string;
  /** By its name, UTC. */
  beganAtMs: number;
  bytes: number;
  word: string | null;
  version: string | null;
  /** Why it is never removed: a process works on it, here or in another container or machine; something signed was issued for it, or rests on it; it is kept as a baseline; or its lock cannot be read. */
  heldBy: 'running' | 'running elsewhere' | 'certificate' | 'baseline' | 'unreadable lock' | null;
}

/**
 * Runs under `base`, oldest first: folders that are runs by name and by their journal; whatever else lies there is passed over.
 * @param baselines folder of the baselines, whose sources are reported as held
 */
export async function listRuns(base: string, baselines: string | null): Promise<StoredRun[]> {
  const sources = baselines === null ? new Set<string>() : await baselineIds(baselines);
  const runs: StoredRun[] = [];
  const names = (await namesIn(base)).sort();
  const certified = await certifiedAmong(base, names);
  for (const id of names) {
    const folder = join(base, id);
    const [, day, hour, minute] = runName.exec(id) ?? [];
    if (day === undefined || !(await exists(join(folder, 'journal.ndjson')))) continue;
    const lock = await lockedBy(join(folder, 'lock.json')).then(workOn, () => 'unreadable lock' as const);
    const { word, version } = await outcomeOf(folder);
    const isRunning = lock === 'running' || lock === 'running elsewhere';
    runs.push({
      id,
      folder,
      beganAtMs: Date.parse(`${day}T${hour}:${minute}:00Z`),
      bytes: await bytesOf(folder),
      // What an earlier report said is not how a run that goes on will end.
      word: isRunning ? null : word,
      version,
      heldBy: lock ?? (certified.has(id) ? 'certificate' : sources.has(id) ? 'baseline' : null),
    });
  }
  return runs;
}

function workOn(holder: LockHolder | null): 'running' | 'running elsewhere' | null {
  if (holder === null) return null;
  return holder.elsewhere === null ? 'running' : 'running elsewhere';
}

/** None where there is no such folder. One that is there and cannot be read is not empty. */
function namesIn(folder: string, recursive = false): Promise<string[]> {
  return readdir(folder, { recursive }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new ShakedownError('RUN_FOLDER', `${folder} cannot be read: ${cause.message}.`, {
      hint: 'Let reports.folder and baselines.folder name folders that you may read.',
      cause,
    });
  });
}

/** Of runs, oldest first, those that a retention gives up. Held ones stay, and count among the newest. */
export function outdated(runs: readonly StoredRun[], { keep, keepDays }: Retention, nowMs: number): StoredRun[] {
  return runs.filter(({ heldBy, beganAtMs }, place) => {
    const tooMany = keep !== null && place < runs.length - keep;
    const tooOld = keepDays !== null && nowMs - beganAtMs > keepDays * dayMs;
    return heldBy === null && (tooMany || tooOld);
  });
}

/** Removes runs that a retention gives up; see `outdated`. @returns names of the removed, oldest first */
export async function pruneRuns(
  base: string,
  baselines: string | null,
  retention: Retention,
  nowMs: number,
): Promise<string[]> {
  if (retention.keep === null && retention.keepDays === null) return [];
  const removed: string[] = [];
  for (const { id, folder } of outdated(await listRuns(base, baselines), retention, nowMs)) {
    await rm(folder, { recursive: true, force: true });
    removed.push(id);
  }
  return removed;
}

/** Runs that are kept as baselines: one file each, named by the run, in a folder a system. */
async function baselineIds(folder: string): Promise<Set<string>> {
  const files = await namesIn(folder, true);
  return new Set(files.flatMap((file) => /([\w-]+)\.json$/.exec(file)?.[1] ?? []));
}

/**
 * Runs for which something signed was issued, and those whose evidence that rests on: what was certified has to be there to be looked at. No signature
 * is asked for: a run is rather kept for a certificate that is none.
 */
async function certifiedAmong(base: string, names: readonly string[]): Promise<Set<string>> {
  const held = new Set<string>();
  for (const id of names) {
    const folder = join(base, id, 'certificate');
    const issued = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.dsse.json'));
    if (issued.length > 0) held.add(id);
    for (const name of issued) for (const run of await restsOn(join(folder, name))) held.add(run);
  }
  return held;
}

async function restsOn(file: string): Promise<string[]> {
  try {
    const { payload } = JSON.parse(String(await readBounded(file, mostBytes))) as { payload: string };
    const { predicate } = JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as {
      predicate: { evidence?: { restsOn?: { run: string }[] } };
    };
    return (predicate.evidence?.restsOn ?? []).map(({ run }) => run);
  } catch {
    return [];
  }
}

async function outcomeOf(folder: string): Promise<{ word: string | null; version: string | null }> {
  try {
    const results = JSON.parse(String(await readBounded(join(folder, 'results.json'), mostBytes))) as {
      word?: unknown;
      run?: { isRunning?: unknown };
      candidate?: { version?: unknown };
    };
    const text = (value: unknown) => (typeof value === 'string' ? value : null);
    // Made on the way by `shakedown report`, it is no outcome.
    const word = results.run?.isRunning === true ? null : text(results.word);
    return { word: word !== null && words.has(word) ? word : null, version: text(results.candidate?.version) };
  } catch {
    return { word: null, version: null };
  }
}

async function bytesOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    const found = await stat(join(folder, name)).catch(() => null);
    if (found?.isFile()) bytes += found.size;
  }
  return bytes;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
