import { join } from 'node:path';
import { readManifestState } from '../../evidence/manifest.ts';
import type { Results } from '../../model/results.ts';
import { judgeRun } from '../results/build.ts';
import { partSections, skipRefusals } from './refusals.ts';

/** Another run whose evidence a verdict rests on. */
export interface EarlierRun {
  run: string;
  manifestSha256: string;
}

const hourMs = 3_600_000;

/** The runs that parts of this one repeat the verdict of, each with the digest of its manifest as it was then. */
export function earlierRuns({ sections, run }: Pick<Results, 'sections' | 'run'>): EarlierRun[] {
  const found = partSections(sections).flatMap(({ parts }) =>
    parts.flatMap(({ figures }) => {
      const value = (name: string) => figures.find((one) => one.name === name)?.value ?? '';
      const [, manifestSha256] = /^sha256:([0-9a-f]{64})$/.exec(value('Evidence')) ?? [];
      const id = value('Run');
      return manifestSha256 === undefined || !/^[\w-]{1,100}$/.test(id) ? [] : [{ run: id, manifestSha256 }];
    }),
  );
  const others = found.filter((one) => one.run !== run.id);
  return [...new Map(others.map((one) => [`${one.run} ${one.manifestSha256}`, one])).values()];
}

/** What became of the evidence of an earlier run, a few words; null: it is as it was. */
export function changeOf(base: string, { run, manifestSha256 }: EarlierRun): 'gone' | 'changed' | 'other' | null {
  const { sha256, tampered } = readManifestState(join(base, run));
  if (tampered.length > 0) return 'changed';
  return sha256 === null ? 'gone' : sha256 === manifestSha256 ? null : 'other';
}

const words = { gone: 'is not there', changed: 'was changed', other: 'is not the one that was judged' } as const;

/**
 * Why nothing may be certified that rests on these runs, and until when their evidence counts.
 * @param base folder of the runs
 * @param maxAgeHours by gate, as the policy has it
 * @returns `untilMs`: the earliest end of an age that has not passed yet
 */
export async function lookedAt(
  base: string,
  runs: readonly EarlierRun[],
  maxAgeHours: Readonly<Record<string, number>>,
  nowMs: number,
): Promise<{ refusals: string[]; untilMs: number }> {
  const refusals: string[] = [];
  let untilMs = Number.POSITIVE_INFINITY;
  for (const one of runs) {
    const change = changeOf(base, one);
    if (change !== null) {
      refusals.push(`It rests on ${one.run}, whose evidence ${words[change]}.`);
      continue;
    }
    const { results } = await judgeRun(join(base, one.run), { nowMs });
    refusals.push(...skipRefusals(results).map((text) => `Of ${one.run}, on which it rests: ${text}`));
    untilMs = Math.min(untilMs, ageEndMs(results, maxAgeHours, nowMs));
  }
  return { refusals, untilMs };
}

/** When the first of the ages that a policy allows ends, of those that have not; infinite: none does. */
export function ageEndMs(
  { run, gates }: Pick<Results, 'run' | 'gates'>,
  maxAgeHours: Readonly<Record<string, number>>,
  nowMs: number,
): number {
  const endedAtMs = Date.parse(run.endedAt ?? '');
  const ends = gates.flatMap(({ id }) => {
    const hours = Object.hasOwn(maxAgeHours, id) ? maxAgeHours[id] : undefined;
    const endMs = endedAtMs + (hours ?? Number.NaN) * hourMs;
    // Another run counts for a gate whose age has passed here.
    return endMs > nowMs ? [endMs] : [];
  });
  return Math.min(Number.POSITIVE_INFINITY, ...ends);
}
