import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifestState } from '../../evidence/manifest.ts';
import { ShakedownError } from '../../model/error.ts';
import type { Results } from '../../model/results.ts';
import type { GateResult } from '../../model/verdict.ts';
import { type IssuedForRun, issuedFor } from '../certificate/in-run.ts';
import { judgeRun } from '../results/build.ts';
import { differenceWords } from '../verify/differences.ts';

/** A package holds runs a few folders down. */
const mostDepth = 4;
const mostRuns = 2000;

/** What a run comes to when it is judged again from its folder. */
export interface Recomputed {
  folder: string;
  run: string | null;
  /** null: it cannot be judged. */
  word: Results['word'] | null;
  policy: string | null;
  gates: Pick<GateResult, 'id' | 'verdict'>[];
  /** Whether `results.json` has the same bytes; null: there is none, or nothing to compare with. */
  isSame: boolean | null;
  /** The version that judged it when it was certified, by its certificate, whose signature is not looked at here; null: it does not say. */
  judgedBefore: string | null;
  /** For the reader, a sentence each: what was changed, what differs, why it cannot be judged. */
  notes: string[];
}

/**
 * Judges every run of a folder again: from what lies there alone, without a configuration and without the network. Nothing is written.
 * @throws ShakedownError RUN_NOT_FOUND where there is no run in it
 */
export async function recompute(folder: string): Promise<Recomputed[]> {
  const folders = runsIn(folder, 0);
  if (folders.length === 0)
    throw new ShakedownError(
      'RUN_NOT_FOUND',
      `No run at ${folder}: there is no journal.ndjson in it, nor in its folders.`,
      {
        hint: 'Name the folder of a run, or of an unpacked package.',
      },
    );
  const all: Recomputed[] = [];
  for (const each of folders.slice(0, mostRuns)) all.push(await recomputed(each));
  return all;
}

/** Links are not followed: what they lead to is not in the folder. */
function runsIn(folder: string, depth: number): string[] {
  if (existsSync(join(folder, 'journal.ndjson'))) return [folder];
  if (depth === mostDepth || !existsSync(folder) || !lstatSync(folder).isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => runsIn(join(folder, name), depth + 1));
}

async function recomputed(folder: string): Promise<Recomputed> {
  const issued = issuedFor(folder);
  const none = {
    folder,
    run: null,
    word: null,
    policy: null,
    gates: [],
    isSame: null,
    judgedBefore: versionIn(issued),
  };
  const { tampered } = readManifestState(folder);
  const changed = tampered.length === 0 ? [] : [`The evidence was changed: ${tampered.slice(0, 3).join(', ')}.`];
  let judged: Awaited<ReturnType<typeof judgeRun>>;
  try {
    judged = await judgeRun(folder);
  } catch (error) {
    return { ...none, notes: [...changed, `It cannot be judged: ${(error as Error).message}`] };
  }
  const stored = storedIn(folder);
  const endedAtMs = Date.parse(judged.facts.endedAt ?? '');
  // A policy may say how old evidence may be: its results are those of the moment at which they were made.
  const moments = [issued?.atMs ?? Number.NaN, endedAtMs].filter((ms) => !Number.isNaN(ms));
  const candidates = [judged.results];
  for (const nowMs of moments) candidates.push((await judgeRun(folder, { nowMs })).results);
  const textOf = (results: Results) => `${JSON.stringify(results, null, 1)}\n`;
  const same = candidates.find((results) => textOf(results) === stored);
  const { run, word, policy, gates } = same ?? candidates.at(-1) ?? judged.results;
  const differs = stored === null ? 'There is no results.json to compare with.' : null;
  const notes = [
    ...changed,
    ...(differs !== null
      ? [differs]
      : same === undefined
        ? [`Of results.json ${differenceWords(stored ?? '', textOf(candidates.at(-1) ?? judged.results))}.`]
        : []),
  ];
  return {
    ...none,
    ...{ run: run.id, word, policy: policy?.title ?? null },
    gates: gates.map(({ id, verdict }) => ({ id, verdict })),
    isSame: stored === null ? null : same !== undefined,
    notes,
  };
}

function storedIn(folder: string): string | null {
  try {
    const path = join(folder, 'results.json');
    return lstatSync(path).isFile() ? readFileSync(path, 'utf8') : null;
  } catch {
    return null;
  }
}

function versionIn(issued: IssuedForRun | null): string | null {
  const statement = issued?.byKind.get('release')?.statement;
  return statement?.kind === 'release' ? statement.predicate.judgedBy.version : null;
}
