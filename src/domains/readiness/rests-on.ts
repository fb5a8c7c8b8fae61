import { createHash } from 'node:crypto';
import { changesOf } from '../final/public.ts';
import type { Table } from '../part.ts';
import type { ValidationContext } from '../validation.ts';
import { readCriteria } from './criteria-file.ts';

/** Something that a decision rests on beside the evidence, the policy and the plan, by the digest of what it says. */
export interface Basis {
  /** As it stands within a sentence. */
  readonly what: string;
  /** `sha256:…`; null: it cannot be read. */
  readonly digest: string | null;
}

type Asked = Pick<ValidationContext, 'config' | 'signal' | 'services'>;

/** Everything that the configuration says, and that the report and its judging follow from. Paths are left out: the same file may lie elsewhere. */
export async function restsOn(context: Asked): Promise<Basis[]> {
  const { config } = context;
  const { name, version, baselineVersion, objectives, readiness, candidate, final, target } = config;
  const { source: _, ...changes } = await changesOf(context);
  const criteria = await readCriteria(readiness.criteria).catch(() => null);
  const is = (what: string, value: unknown): Basis => ({ what, digest: digestOf(value) });
  return [
    is('what it is called (name, version, baselineVersion)', { name, version, baselineVersion }),
    is('the target', { baseUrl: target.baseUrl, sample: target.sample }),
    is('objectives', objectives),
    criteria === null ? { what: 'readiness.criteria', digest: null } : is('readiness.criteria', criteria),
    is('readiness.reasons', readiness.reasons),
    is('readiness.authors', readiness.authors),
    is('candidate.features', candidate.features),
    is('candidate.testedBefore', candidate.testedBefore),
    is('what changed (candidate.changes, candidate.repository, candidate.since)', changes),
    is('final.maxAgeHours', final.maxAgeHours),
  ];
}

const basisTitle = 'What a decision rests on, beside the evidence, the policy and the plan';

export function basisTable(basis: readonly Basis[]): Table {
  return {
    ...{ title: basisTitle, head: ['What', 'Digest'], figures: 0 },
    rows: basis.map(({ what, digest }) => [what, digest ?? 'cannot be read']),
  };
}

/** What is not as it was when a report was made, a few words each. @param tables of its part on the approval */
export function changedBasis(tables: readonly Table[], now: readonly Basis[]): string[] {
  const before = new Map(
    tables.find(({ title }) => title === basisTitle)?.rows.map(([what = '', digest]) => [what, digest]),
  );
  if (before.size === 0) return ['it does not say what of the configuration it rests on'];
  return now
    .filter(({ what, digest }) => digest === null || before.get(what) !== digest)
    .map(({ what, digest }) => `${what} ${digest === null ? 'cannot be read' : 'was changed since'}`);
}

/** In whatever order keys were written. */
function digestOf(value: unknown): string {
  const text = JSON.stringify(value ?? null, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
