import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { runProgram } from '../../environment/run-program.ts';
import type { Artifact } from '../../model/artifact.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { firstError } from '../../model/error.ts';
import type { JournalEvents } from '../../model/event.ts';

type Probed = JournalEvents['shakedown.stage.probed'];
type ProbedArtifact = Probed['artifacts'][number];

const commandTimeoutMs = 30_000;
const digestForm = /^sha256:[0-9a-f]{64}$/;
const linesAtMost = 500;

/**
 * Asks the candidate what it is in every way that is configured: what runs, files, and a command of the user's.
 * @param target asks what runs; null: not now, for nothing runs yet
 * @returns what was found, and what could not be asked, a sentence each
 */
export async function probeCandidate(
  { candidate }: Pick<ResolvedConfig['stage'], 'candidate'>,
  target: (() => Promise<readonly Artifact[]>) | null,
  { cwd, signal }: { cwd: string; signal: AbortSignal },
): Promise<Pick<Probed, 'artifacts' | 'problems'>> {
  const artifacts: ProbedArtifact[] = [];
  const problems: string[] = [];
  if (target !== null) {
    try {
      for (const { name, digest } of await target()) artifacts.push({ name, digest, by: 'target' });
    } catch (cause) {
      problems.push(`The target could not be asked what it is: ${firstError(cause).message}`);
    }
  }
  for (const [name, path] of Object.entries(candidate.files)) {
    try {
      artifacts.push({ name, digest: await fileDigest(path), by: 'file' });
    } catch (cause) {
      problems.push(`${name} cannot be read: ${(cause as Error).message}.`);
    }
  }
  if (candidate.command !== null) {
    const [program = '', ...args] = candidate.command;
    const end = await runProgram(program, args, { timeoutMs: commandTimeoutMs, signal, cwd });
    if (end.kind === 'failed') problems.push(`stage.candidate.command could not be run: ${end.reason}.`);
    else if (end.code !== 0) problems.push(`stage.candidate.command ended with exit code ${end.code}.`);
    else {
      const lines = end.stdout.split('\n').filter((line) => line.trim() !== '');
      const found = lines.slice(0, linesAtMost).map(lineOf);
      for (const one of found) if (one !== null) artifacts.push({ ...one, by: 'command' });
      if (found.length === 0 || found.includes(null) || lines.length > linesAtMost)
        problems.push('stage.candidate.command printed something else than lines of a name and sha256:….');
    }
  }
  return { artifacts, problems };
}

function lineOf(line: string): { name: string; digest: string } | null {
  const [name, digest, ...more] = line.trim().split(/\s+/);
  return name === undefined || digest === undefined || more.length > 0 || !digestForm.test(digest)
    ? null
    : { name, digest };
}

async function fileDigest(path: string): Promise<string> {
  // A pipe would be waited for without end.
  if (!statSync(path).isFile()) throw new Error('it is no file');
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return `sha256:${hash.digest('hex')}`;
}

export interface KnownArtifact {
  name: string;
  digest: string;
  by: string[];
  probes: number;
}

/**
 * What all probes and runs of a stage say together. The target and its runs are one witness of a name, a file and a command are others: each is
 * held against itself, and what is declared against all.
 * @param said in order of time; `where` within a sentence: `after the simulation`
 */
export function compareProbes(
  said: readonly { where: string; artifacts: readonly { name: string; digest: string; by: ProbedArtifact['by'] }[] }[],
  declared: readonly { name: string; digest: string }[],
  version: string,
): { artifacts: KnownArtifact[]; changes: string[] } {
  const known = new Map<string, KnownArtifact>();
  const first = new Map<string, { digest: string; where: string }>();
  const changes = new Set<string>();
  for (const { where, artifacts } of said) {
    for (const { name, digest, by } of artifacts) {
      const entry = known.get(`${name} ${digest}`) ?? { name, digest, by: [], probes: 0 };
      known.set(`${name} ${digest}`, entry);
      entry.probes++;
      if (!entry.by.includes(by)) entry.by.push(by);
      const witness = `${by === 'run' ? 'target' : by} ${name}`;
      const before = first.get(witness);
      if (before === undefined) first.set(witness, { digest, where });
      else if (before.digest !== digest)
        changes.add(
          `${name} was ${before.digest} ${before.where} and is ${digest} ${where}: the same version ${version}, other bytes.`,
        );
      const wanted = declared.filter((each) => each.name === name);
      if (wanted.length > 0 && !wanted.some((each) => each.digest === digest))
        changes.add(`${name} is declared as ${wanted[0]?.digest}, and ${where} it is ${digest}.`);
    }
  }
  return { artifacts: [...known.values()], changes: [...changes] };
}
