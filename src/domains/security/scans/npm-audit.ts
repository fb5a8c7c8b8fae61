import { cut, type Finding } from '../finding.ts';
import { list, object, text } from './json.ts';
import { base, type Json, ofPackage, type Reader, riskOf } from './native-finding.ts';

export const npmAudit: Reader = {
  is: (value) =>
    'auditReportVersion' in object(value) ||
    ('error' in object(value) && 'message' in object(value)) ||
    (text(object(object(value).error).code) !== '' && !('runs' in object(value))),
  read(value) {
    const { vulnerabilities, metadata, error, message } = object(value);
    const entries = new Map(Object.entries(object(vulnerabilities)).map(([name, one]) => [name, object(one)]));
    const total = object(object(metadata).dependencies).total;
    return {
      ...base,
      tool: 'npm audit',
      format: 'npm audit',
      findings: [...entries].flatMap(([name, entry]) => ofEntry(name, entry)),
      problems:
        error === undefined
          ? contradictions(vulnerabilities, entries, object(object(metadata).vulnerabilities))
          : [`npm audit failed: ${cut(text(object(error).summary) || text(message) || text(object(error).code), 120)}`],
      looked: typeof total === 'number' ? { count: total, unit: 'packages' } : null,
    };
  },
};

function ofEntry(of: string, { via }: Json): Finding[] {
  return list(via).flatMap((one) => {
    // A text says only that another package of the list is the cause.
    if (typeof one === 'string') return [];
    const { source, name, title, url, severity, range } = object(one);
    const id = /GHSA-[\w-]+/.exec(text(url))?.[0] ?? `npm-${text(source) || text(title, 80) || 'unnamed'}`;
    const about = { id, name: text(name) || of, version: text(range), title: text(title), fixed: '' };
    return [ofPackage('npm audit', { ...about, risk: riskOf(severity) })];
  });
}

/** Where it counts more than it lists, or names no weakness that a package has: then what it lists is not all. */
function contradictions(written: unknown, entries: ReadonlyMap<string, Json>, counts: Json): string[] {
  const problems: string[] = [];
  if (typeof written !== 'object' || written === null || Array.isArray(written))
    problems.push('npm audit has no table of vulnerabilities');
  const { total, ...each } = counts;
  const sum = Object.values(each).reduce((so: number, one) => so + (Number(one) || 0), 0);
  const counted = Math.max(sum, Number(total) || 0);
  if (counted > entries.size)
    problems.push(`npm audit counts ${counted} packages with weaknesses, and lists ${entries.size}`);
  for (const [severity, count] of Object.entries(each)) {
    const listed = [...entries.values()].filter((one) => one.severity === severity).length;
    if (Number(count) > listed && counted <= entries.size)
      problems.push(`npm audit counts ${text(count)} packages of ${cut(severity, 20)} severity, and lists ${listed}`);
  }
  const causes = causesKnown(entries);
  const open = [...entries.keys()].filter((name) => !causes.has(name));
  if (open.length > 0)
    problems.push(`npm audit names no weakness for ${open.length} packages that it lists: ${cut(open[0] ?? '', 80)}`);
  return problems;
}

/** Packages from which the texts lead to a weakness, from the weaknesses backwards. */
function causesKnown(entries: ReadonlyMap<string, Json>): Set<string> {
  const usedBy = new Map<string, string[]>();
  const open: string[] = [];
  for (const [name, { via }] of entries) {
    for (const one of list(via)) {
      if (typeof one !== 'string') open.push(name);
      else usedBy.set(one, [...(usedBy.get(one) ?? []), name]);
    }
  }
  const known = new Set<string>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (known.has(next)) continue;
    known.add(next);
    open.push(...(usedBy.get(next) ?? []));
  }
  return known;
}
