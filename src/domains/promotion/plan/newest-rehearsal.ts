import { join } from 'node:path';
import { beginningOf } from '../../../evidence/attempt.ts';
import { readManifestState } from '../../../evidence/manifest.ts';
import { listRuns } from '../../../evidence/prune.ts';
import { artifactsOf, isAbout, sameCandidate } from '../../../model/artifact.ts';
import type { Results } from '../../../model/results.ts';
import { duration } from '../../../report-kit/format.ts';
import { measuredMoves } from '../../rehearsal/public.ts';
import type { ValidationContext } from '../../validation.ts';
import type { RehearsalRun } from './evidence.ts';

/** So many of the newest runs of the candidate are looked at; each is judged again. */
const looksAtMost = 30;
const hourMs = 3_600_000;

interface Found {
  readonly run: RehearsalRun | null;
  /** Runs with rehearsals of other builds of the version, or in other environments. */
  readonly others: string[];
  readonly unreadable: string[];
}

/** The newest run of the same candidate that rehearsed a move of the traffic, judged again by its own evidence. */
export async function newestRehearsal({
  config,
  services,
  runFolder,
  target,
}: Pick<ValidationContext, 'config' | 'services' | 'runFolder' | 'target'>): Promise<Found> {
  const { artifacts } = await target();
  const own = { name: config.name, version: config.version, artifacts: artifactsOf(config.artifacts ?? [], artifacts) };
  const [others, unreadable]: [string[], string[]] = [[], []];
  const found: { at: number; folder: string; results: Results }[] = [];
  let looked = 0;
  for (const { id, folder, heldBy } of (await listRuns(config.reports.folder, null)).reverse()) {
    if (folder === runFolder || heldBy === 'running' || heldBy === 'running elsewhere') continue;
    const began = beginningOf(join(folder, 'journal.ndjson'));
    if (began === null || !isAbout(own, began.candidate)) continue;
    if (looked++ === looksAtMost) break;
    const results = await services?.judged(folder, 'rehearsal').catch(() => null);
    if (!results) unreadable.push(id);
    else if ((results.sections.rehearsal?.rehearsals ?? []).some(isMove)) {
      if (sameCandidate(own, results.candidate) !== null && results.environment.name === config.environment)
        found.push({ at: Date.parse(results.run.startedAt), folder, results });
      else others.push(id);
    }
  }
  // Names of runs have minutes only.
  const [newest] = found.sort((a, b) => b.at - a.at);
  const maxAgeHours = config.policy?.maxAgeHours.rehearsal ?? config.final.maxAgeHours;
  return { run: newest === undefined ? null : await runOf(newest, maxAgeHours), others, unreadable };
}

function isMove({ id }: { id: string }): boolean {
  return id === 'blue-green' || id === 'canary';
}

async function runOf(
  { folder, results }: { folder: string; results: Results },
  maxAgeHours: number,
): Promise<RehearsalRun> {
  const times = await measuredMoves(folder);
  const rehearsals = results.sections.rehearsal?.rehearsals ?? [];
  const doubt = doubtOf(folder, results, maxAgeHours);
  return {
    kind: 'rehearsal',
    runId: results.run.id,
    endedAt: results.run.endedAt,
    manifestSha256: results.evidence.manifestSha256,
    moves: rehearsals.flatMap(({ id, title, verdict, runbook }) => {
      const measured = times.find((each) => each.id === id);
      return measured === undefined ? [] : [{ ...measured, title, verdict, runbook: [...(runbook ?? [])] }];
    }),
    others: rehearsals.filter((each) => !isMove(each)).map(({ title, verdict }) => ({ title, verdict })),
    ...(doubt === null ? {} : { doubt }),
  };
}

/** Why what passed in it shows nothing now, within a sentence; null: it does. */
function doubtOf(folder: string, { run }: Results, maxAgeHours: number): string | null {
  const { sha256, tampered } = readManifestState(folder);
  if (tampered.length > 0) return 'its evidence was changed after it';
  if (sha256 === null) return 'its evidence was not sealed';
  if (run.endedAt === null || run.interrupted !== null) return 'it did not end in order';
  const ageMs = Date.now() - Date.parse(run.endedAt);
  return ageMs <= maxAgeHours * hourMs
    ? null
    : `it is ${duration(ageMs)} old, and at most ${duration(maxAgeHours * hourMs)} count`;
}

/** The move that the plan is for: the one that is asked for, or the first that was rehearsed. */
export function moveOf<T extends { id: string }>(moves: readonly T[], asked: string | null): T | undefined {
  return asked === null
    ? (moves.find(({ id }) => id === 'blue-green') ?? moves[0])
    : moves.find(({ id }) => id === asked);
}

/** All of them together; null: of one it is not known, or there is none. */
export function totalMs(times: readonly { ms: number | null }[]): number | null {
  if (times.length === 0 || times.some(({ ms }) => ms === null)) return null;
  return times.reduce((sum, { ms }) => sum + (ms ?? 0), 0);
}
