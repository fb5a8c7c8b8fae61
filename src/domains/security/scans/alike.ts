import { type Finding, inOrder } from '../finding.ts';
import { list, text } from './json.ts';

/** Of a weakness of a package, whatever the scanner calls it: `CVE-2019-10744`, `GHSA-jf85-cpcp-j695`. */
export function sameWeakness(name: string, ids: readonly string[]): string[] {
  if (name === '') return [];
  return [...new Set(ids.map((id) => `package ${name.toLowerCase()} ${id.toUpperCase()}`))];
}

/** Of a place in code that is weak in the same way. @param cwes in any writing: `CWE-95: Eval injection`, `external/cwe/cwe-095`, 95 */
export function sameCode(path: string, line: unknown, cwes: readonly unknown[]): string[] {
  const at = Number(line);
  if (path === '' || !(at > 0)) return [];
  const numbers = cwes.flatMap((one) => {
    const [, digits] = /(?:cwe-?|^)0*(\d{1,5})\b/i.exec(text(one, 300)) ?? [];
    return digits === undefined ? [] : [Number(digits)];
  });
  return [...new Set(numbers)].map((cwe) => `code CWE-${cwe} ${path.replace(/^\.\//, '')}:${at}`);
}

/** Of a secret in a file. */
export function sameSecret(path: string, line: unknown): string[] {
  return path !== '' && Number(line) > 0 ? [`secret ${path.replace(/^\.\//, '')}:${Number(line)}`] : [];
}

/** Names of weaknesses in a text. */
export function weaknessIds(...texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((one) => one.match(/CVE-\d{4}-\d{4,}|GHSA(?:-[\da-z]{4}){3}/gi) ?? []))];
}

/** The package that a result in SARIF is of, as Grype, Trivy and osv-scanner write it; empty: it is of none. */
export function packageOf(message: string, purls: unknown): string {
  const [, named] =
    /^Package: (\S+)$/m.exec(message) ??
    /\bpackage: ([^\s,]+), version /i.exec(message) ??
    /^Package '([^']+)@[^@']+' is vulnerable/.exec(message) ??
    [];
  if (named !== undefined) return named;
  const [, path] = /^pkg:[\w.+-]+\/([^@?#]+)@/.exec(text(list(purls)[0], 300)) ?? [];
  return path === undefined ? '' : path.replace('%40', '@');
}

/**
 * The same finding of several scanners once, at its worst: those of one fingerprint, and those that have something in common. It is known by every fingerprint that it has,
 * so that a waiver for one scanner's finding is not lost when another finds it too.
 */
export function merged(findings: readonly Finding[]): Finding[] {
  const groups: Finding[][] = [];
  const groupOf = new Map<string, Finding[]>();
  for (const finding of findings) {
    const known = [
      ...[finding.fingerprint, ...(finding.also ?? [])].map((name) => groupOf.get(name)),
      // One scanner that names a place twice means two things.
      ...(finding.same ?? []).map((name) => {
        const group = groupOf.get(name);
        return group !== undefined && !name.startsWith('package ') && isOfSameScanner(group, finding)
          ? undefined
          : group;
      }),
    ];
    const [group = [], ...others] = [...new Set(known.filter((one) => one !== undefined))];
    if (!groups.includes(group)) groups.push(group);
    group.push(finding, ...others.flat());
    for (const other of others) groups.splice(groups.indexOf(other), 1);
    for (const one of group)
      for (const name of [one.fingerprint, ...(one.also ?? []), ...(one.same ?? [])]) groupOf.set(name, group);
  }
  return inOrder(groups.map(asOne));
}

function isOfSameScanner(group: readonly Finding[], { sources, fingerprint }: Finding): boolean {
  return group.some((one) => one.fingerprint !== fingerprint && one.sources.some((source) => sources.includes(source)));
}

function asOne(group: readonly Finding[]): Finding {
  // One that says how grave it is comes before a guess.
  const rated = group.filter((one) => one.unrated !== true);
  const of = rated.length > 0 ? rated : group;
  const [worst] = inOrder(of);
  const prints = [...new Set(group.flatMap((one) => [one.fingerprint, ...(one.also ?? [])]))];
  const also = prints.filter((one) => one !== worst?.fingerprint).sort();
  return {
    ...(worst as Finding),
    ...(also.length === 0 ? {} : { also }),
    certain: of.some((one) => one.certain),
    sources: [...new Set(group.flatMap(({ sources }) => sources))].sort(),
  };
}

/** The findings of each scan, knowing by which other fingerprints other scans have the same. */
export function withOthersPrints<T extends { readonly findings: readonly Finding[] }>(scans: readonly T[]): T[] {
  const all = merged(scans.flatMap(({ findings }) => findings));
  const printsOf = new Map(
    all.flatMap((one) => {
      const prints = [one.fingerprint, ...(one.also ?? [])];
      return prints.map((print) => [print, prints] as const);
    }),
  );
  return scans.map((scan) => ({
    ...scan,
    findings: scan.findings.map((finding) => {
      const also = (printsOf.get(finding.fingerprint) ?? []).filter((one) => one !== finding.fingerprint);
      return also.length === 0 ? finding : { ...finding, also };
    }),
  }));
}
