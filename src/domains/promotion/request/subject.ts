import { createHash } from 'node:crypto';
import type { Results } from '../../../model/results.ts';

/** What a promotion request is about, and which of several it is. */
export interface Subject {
  /** The same for all requests of one system to one environment: of these only the newest shows. */
  readonly scope: string;
  /** The same for the same candidate, commit and approved evidence, whoever promotes it, however often. */
  readonly key: string;
  /** Id of the promotion run. */
  readonly run: string;
  /** ISO 8601: which of two runs is the newer one. */
  readonly startedAt: string;
  /** What people decide on: the readiness run, and the digest of its evidence. null: there is none. */
  readonly approved: { readonly run: string; readonly manifestSha256: string | null } | null;
}

const sha256 = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

export function subjectOf(
  { candidate, environment, run }: Pick<Results, 'candidate' | 'environment' | 'run'>,
  { commit, approved, to }: { commit: string | null; approved: Subject['approved']; to: string },
): Subject {
  const digests = [...new Set(candidate.artifacts.map(({ name, digest }) => `${name} ${digest}`))].sort();
  return {
    scope: sha256([candidate.name, environment.name, to]).slice(0, 16),
    key: sha256([candidate.name, candidate.version, digests, environment.name, to, commit, approved ?? run.id]).slice(
      0,
      32,
    ),
    run: run.id,
    startedAt: run.startedAt,
    approved,
  };
}

type Order = Pick<Subject, 'run' | 'startedAt'>;

/** Above 0: the first is of a newer run. Two of the same moment are ordered too, so that all who look come to the same. */
export function compareRuns(a: Order, b: Order): number {
  const [first, second] = [Date.parse(a.startedAt), Date.parse(b.startedAt)];
  if (first !== second) return first - second;
  return a.run === b.run ? 0 : a.run > b.run ? 1 : -1;
}
