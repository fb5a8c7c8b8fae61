import { createHash } from 'node:crypto';
import { cut, type Finding, fingerprintOf, type Risk } from '../finding.ts';
import { sameWeakness } from './alike.ts';
import type { Hosts } from './hosts.ts';
import { text } from './json.ts';
import type { ScanResult } from './result.ts';

export type Json = Readonly<Record<string, unknown>>;
export type Reader = {
  readonly is: (value: unknown) => boolean;
  /** @param hosts of the target; null: they are not known */
  readonly read: (value: unknown, hosts: Hosts | null) => ScanResult;
};

const ofWord: Readonly<Record<string, Risk>> = {
  critical: 'critical',
  high: 'high',
  error: 'high',
  moderate: 'medium',
  medium: 'medium',
  warning: 'medium',
  low: 'low',
  negligible: 'low',
  info: 'info',
  informational: 'info',
  note: 'low',
};
/** null: the word says nothing of how grave it is, which is no reason to think it harmless. */
export const riskOf = (word: unknown): Risk | null => ofWord[text(word).trim().toLowerCase()] ?? null;

/** Of a finding whose risk nobody says: it needs review. */
export function rated(risk: Risk | null, certain = true): Pick<Finding, 'risk' | 'certain' | 'unrated'> {
  return risk === null ? { risk: 'high', certain: false, unrated: true } : { risk, certain };
}

/** A package that was made to do harm has no score, as there is nothing to weigh. */
export const isMalicious = (id: string): boolean => /^MAL-\d/i.test(id);

export function finding(
  of: Omit<Partial<Finding>, 'risk' | 'unrated'> &
    Pick<Finding, 'rule' | 'where' | 'fingerprint'> & { tool: string; risk: Risk | null },
): Finding {
  const { tool, ...rest } = of;
  return {
    ...{ title: rest.rule, certain: true, seen: '', remedy: '', asvs: [], top10: null, sources: [tool] },
    ...rest,
    ...rated(rest.risk, rest.certain),
    rule: cut(rest.rule, 150),
    where: cut(rest.where),
    ...(rest.title === undefined ? {} : { title: cut(rest.title) }),
    ...(rest.seen === undefined ? {} : { seen: cut(rest.seen) }),
    ...(rest.remedy === undefined ? {} : { remedy: cut(rest.remedy) }),
  };
}

/** A weakness of a package is the same one, whichever scanner names it. */
export function ofPackage(
  tool: string,
  about: {
    id: string;
    aliases?: readonly string[];
    name: string;
    version: string;
    risk: Risk | null;
    title: string;
    fixed: string;
  },
): Finding {
  const known = [about.id, ...(about.aliases ?? [])];
  const id = known.find((one) => /^CVE-/.test(one)) ?? known.find((one) => /^GHSA-/.test(one)) ?? about.id;
  return finding({
    tool,
    fingerprint: fingerprintOf(['package', id, about.name]),
    rule: id,
    title: about.title || id,
    risk: known.some(isMalicious) ? 'critical' : about.risk,
    where: `${about.name} ${about.version}`.trim(),
    seen: known.join(', '),
    remedy: about.fixed === '' ? 'No version without it is named.' : `Use ${about.name} ${about.fixed}.`,
    asvs: ['15.2.1'],
    same: sameWeakness(about.name, known),
    top10: 'A03',
  });
}

export const base = {
  suppressed: 0,
  problems: [],
  databaseAt: null,
  digests: [],
  files: [],
  looked: null,
  version: null,
};

export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
