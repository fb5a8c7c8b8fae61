import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Artifact, artifactsOf, sameCandidate } from '../model/artifact.ts';
import type { ResolvedConfig } from '../model/config.ts';

/** The first event of a journal holds the configuration; one that is longer is passed over. */
const firstLineBytesAtMost = 256 * 1024;

/** A journal that counts further was not written by Shakedown. */
const attemptsAtMost = 1_000_000;

/** `validate final` */
const wordsOfCommand = 2;
const capacityOption = '--find-capacity';

/** What a run is about, as its first event says. */
const beginning = z.object({
  runId: z.string().exactOptional(),
  command: z.string(),
  attempt: z.int().min(1).max(attemptsAtMost).exactOptional(),
  candidate: z.object({
    name: z.string(),
    version: z.string(),
    artifacts: z
      .array(
        z.object({ name: z.string(), digest: z.string(), source: z.enum(['declared', 'probed']).default('declared') }),
      )
      .default([]),
  }),
  environment: z.object({ name: z.string() }).exactOptional(),
});
export type RunBeginning = z.output<typeof beginning>;

/**
 * What a command validates, without its options: the same done for a shorter time, with another rate or in another order is another try at it. A search
 * for the capacity judges something else than a simulation does.
 * @param command as it was typed: `shakedown simulate --rate 99`
 */
export function validationOf(command: string): string {
  const words = command.split(' ').slice(1);
  const named = words.slice(words.findIndex((word) => !word.startsWith('-')));
  const end = named.findIndex((word) => !/^[a-z]+(-[a-z]+)*$/.test(word));
  const name = named.slice(0, Math.min(end === -1 ? named.length : end, wordsOfCommand)).join(' ');
  return words.includes(capacityOption) ? `${name} ${capacityOption}` : name;
}

/**
 * How many runs of a folder tried the same validation of the same candidate in the same environment, and the highest count that one of them has made:
 * those that were removed since count as far as a later one has counted them.
 * @param base folder of the runs
 */
export function attemptsAt(base: string, at: RunBeginning): { there: number; highest: number } {
  const ids = new Set<string>();
  let highest = 0;
  for (const [name, before] of beginningsIn(base)) {
    if (!isSameTry(at, before)) continue;
    // A copy of a run, whatever its folder is called, is no other try.
    ids.add(before.runId ?? name);
    highest = Math.max(highest, before.attempt ?? 1);
  }
  return { there: ids.size, highest };
}

function* beginningsIn(base: string): Generator<[name: string, began: RunBeginning]> {
  let names: string[];
  try {
    names = readdirSync(base);
  } catch {
    return;
  }
  for (const name of names) {
    const began = beginningOf(join(base, name, 'journal.ndjson'));
    if (began !== null) yield [name, began];
  }
}

function isSameTry(one: RunBeginning, other: RunBeginning): boolean {
  return (
    validationOf(one.command) === validationOf(other.command) &&
    one.environment?.name === other.environment?.name &&
    sameCandidate(one.candidate, other.candidate) !== null
  );
}

/** null: there is no such journal, or it does not say how the run began. */
export function beginningOf(journal: string): RunBeginning | null {
  try {
    const { type, data } = JSON.parse(firstLineOf(journal)) as { type?: unknown; data?: unknown };
    return type === 'shakedown.run.started' ? beginning.parse(data) : null;
  } catch {
    return null;
  }
}

function firstLineOf(path: string): string {
  // A pipe that nobody writes to would be waited for.
  if (!statSync(path).isFile()) throw new Error('it is no file');
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(firstLineBytesAtMost);
    const read = readSync(file, start);
    const end = start.indexOf(0x0a);
    return start.toString('utf8', 0, end === -1 ? read : end);
  } finally {
    closeSync(file);
  }
}

/** What the first event of a run says of the candidate, of where it was tested, and of which try it is. */
export function runBeginning(
  config: Pick<ResolvedConfig, 'name' | 'version' | 'baselineVersion' | 'environment' | 'artifacts' | 'reports'>,
  command: string,
  target: { label: string; artifacts: readonly Artifact[] },
) {
  const { name, version, baselineVersion } = config;
  const candidate = {
    name,
    version,
    baselineVersion,
    artifacts: artifactsOf(config.artifacts ?? [], target.artifacts),
  };
  const environment = { name: config.environment, targetUrl: target.label };
  const { there, highest } = attemptsAt(config.reports.folder, { command, candidate, environment });
  return { command, candidate, environment, attempt: Math.max(there, highest) + 1 };
}
