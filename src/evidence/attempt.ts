import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Artifact, artifactsOf } from '../model/artifact.ts';
import type { ResolvedConfig } from '../model/config.ts';

/** The first event of a journal holds the configuration; one that is longer is passed over. */
const firstLineBytesAtMost = 256 * 1024;

/** A journal that counts further was not written by Shakedown. */
const attemptsAtMost = 1_000_000;

/** What a run is about, as its first event says. */
const beginning = z.object({
  command: z.string(),
  attempt: z.int().min(1).max(attemptsAtMost).exactOptional(),
  candidate: z.object({
    name: z.string(),
    version: z.string(),
    artifacts: z.array(z.object({ name: z.string(), digest: z.string() })).exactOptional(),
  }),
});
type RunBeginning = z.infer<typeof beginning>;

/**
 * Which try at the same candidate and command a run that begins now is, from 1: one more than the runs of the folder that were at it before. Those
 * that were removed since count as far as a later one has counted them.
 * @param base folder of the runs
 */
function attemptOf(base: string, now: RunBeginning): number {
  let names: string[];
  try {
    names = readdirSync(base);
  } catch {
    return 1;
  }
  let [count, highest] = [0, 0];
  for (const name of names) {
    const before = beginningOf(join(base, name, 'journal.ndjson'));
    if (before === null || identityOf(before) !== identityOf(now)) continue;
    count++;
    highest = Math.max(highest, before.attempt ?? 1);
  }
  return Math.max(count, highest) + 1;
}

/** Artifacts, where they are known, say more of a candidate than its version; where they are not, the version has to do. */
function identityOf({ command, candidate: { name, version, artifacts = [] } }: RunBeginning): string {
  const digests = artifacts.map((each) => `${each.name} ${each.digest}`).sort();
  return JSON.stringify([command, name, version, [...new Set(digests)]]);
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
  return {
    command,
    candidate,
    environment: { name: config.environment, targetUrl: target.label },
    attempt: attemptOf(config.reports.folder, { command, candidate }),
  };
}
