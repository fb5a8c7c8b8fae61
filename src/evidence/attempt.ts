import { appendFileSync, closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Artifact, artifactsOf, sameCandidate } from '../model/artifact.ts';
import type { ResolvedConfig } from '../model/config.ts';
import { readBoundedSync } from './bounded-file.ts';

/** The first event of a journal holds the configuration; one that is longer was not written by Shakedown. */
const beginningBytesAtMost = 16 * 1024 * 1024;
const partBytes = 64 * 1024;

/** A journal that counts further was not written by Shakedown. */
const attemptsAtMost = 1_000_000;

/** Beside the runs: a line for each that began. */
const notesName = 'attempts.log';
const noteBytesAtMost = 64 * 1024 * 1024;

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

/** Runs that tried the same validation of the same candidate in the same environment. */
export interface Attempts {
  /** Ids of those whose journals are in the folder, by their folders' names. */
  readonly there: ReadonlyMap<string, string>;
  /** Ids of those that are noted beside the runs and are not in the folder: they were taken away, or went elsewhere. */
  readonly gone: readonly string[];
  /** The highest count that one of them has made: those that were removed since count as far as a later one has counted them. */
  readonly highest: number;
}

/** @param base folder of the runs */
export function attemptsAt(base: string, at: RunBeginning): Attempts {
  const there = new Map<string, string>();
  let highest = 0;
  for (const name of namesIn(base)) {
    const before = beginningOf(join(base, name, 'journal.ndjson'));
    if (before === null || !isSameTry(at, before)) continue;
    there.set(name, before.runId ?? name);
    highest = Math.max(highest, before.attempt ?? 1);
  }
  const ids = new Set(there.values());
  const noted = notedIn(base).filter((one) => isSameTry(at, one));
  const gone = [...new Set(noted.map(({ runId = '' }) => runId))].filter((id) => id !== '' && !ids.has(id));
  return { there, gone, highest: Math.max(highest, ...noted.map(({ attempt = 1 }) => attempt)) };
}

function namesIn(base: string): string[] {
  try {
    return readdirSync(base);
  } catch {
    return [];
  }
}

/**
 * Notes a run that begins beside the runs, and where it goes elsewhere (`--out`) also beside those of the configuration: what is taken away, or done out
 * of sight until it passes, is missed by those that come after. Where it cannot be written nothing is.
 */
export function noteAttempt(
  { folder, usualFolder }: ResolvedConfig['reports'],
  { runId, command, attempt, candidate, environment }: RunBeginning,
): void {
  const bases = [folder, usualFolder].filter((base) => base !== undefined);
  if (runId !== undefined) notedBeside.set(runId, bases);
  addNote(bases, { runId, command, attempt, candidate, environment: environment && { name: environment.name } });
}

/** Where this process has noted a run, by its id. */
const notedBeside = new Map<string, readonly string[]>();

/** Takes back the note of a run that was refused before anything was measured, and whose folder is taken away. */
export function withdrawAttempt(runId: string): void {
  addNote(notedBeside.get(runId) ?? [], { runId, withdrawn: true });
  notedBeside.delete(runId);
}

function addNote(bases: readonly string[], note: object): void {
  for (const base of bases) {
    try {
      appendFileSync(join(base, notesName), `${JSON.stringify(note)}\n`, { mode: 0o600 });
    } catch {
      // A run is worth more than the note of it.
    }
  }
}

const withdrawal = z.object({ runId: z.string(), withdrawn: z.literal(true) });

function notedIn(base: string): RunBeginning[] {
  const noted = new Map<string, RunBeginning>();
  try {
    for (const line of readBoundedSync(join(base, notesName), noteBytesAtMost).toString('utf8').split('\n')) {
      const note = parsedJson(line);
      const parsed = beginning.safeParse(note);
      const withdrawn = withdrawal.safeParse(note);
      if (parsed.success && parsed.data.runId !== undefined) noted.set(parsed.data.runId, parsed.data);
      else if (withdrawn.success) noted.delete(withdrawn.data.runId);
    }
  } catch {
    // There is none, or it is no file.
  }
  return [...noted.values()];
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
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
    for (const line of firstLinesOf(journal)) {
      const { type, data } = JSON.parse(line) as { type?: unknown; data?: unknown };
      // A run that took long to begin may have a digest of nothing before its first event.
      if (type === 'shakedown.journal.digest') continue;
      return type === 'shakedown.run.started' ? beginning.parse(data) : null;
    }
  } catch {
    // Cut off, or no journal.
  }
  return null;
}

function* firstLinesOf(path: string): Generator<string> {
  // A pipe that nobody writes to would be waited for.
  if (!statSync(path).isFile()) throw new Error('it is no file');
  const file = openSync(path, 'r');
  try {
    const part = Buffer.alloc(partBytes);
    let rest = Buffer.alloc(0);
    for (let bytes = 0; bytes < beginningBytesAtMost; ) {
      const read = readSync(file, part);
      if (read === 0) break;
      bytes += read;
      rest = Buffer.concat([rest, part.subarray(0, read)]);
      for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
        yield rest.toString('utf8', 0, end);
        rest = rest.subarray(end + 1);
      }
    }
    if (rest.length > 0) yield rest.toString('utf8');
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
  const { there, gone, highest } = attemptsAt(config.reports.folder, { command, candidate, environment });
  // A copy of a run, whatever its folder is called, is no other try.
  const count = new Set(there.values()).size + gone.length;
  return { command, candidate, environment, attempt: Math.max(count, highest) + 1 };
}
