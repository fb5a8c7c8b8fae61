import { type Check, check, type Judged, type Recorded } from '../../part.ts';
import { type Finding, fingerprintOf, isAtLeast, risks } from '../finding.ts';
import { type Bar, findingsTable, verdictOfFindings, waiverOf } from '../judge.ts';
import { merged, withOthersPrints } from './alike.ts';
import { artifactsCheck, digestsOf, isOfAnother } from './candidate.ts';
import type { ScanEvidence, ScanFacts } from './evidence.ts';
import { judgeTest } from './penetration-test.ts';

const dayMs = 86_400_000;

/** What keeps a clean result from showing anything, a sentence each; empty: it has proved that it looked. */
function unproven(facts: ScanFacts, candidate: readonly string[]): string[] {
  const { looked, problems, databaseAgeMs, maxDatabaseAgeMs, control } = facts;
  const found = [...problems];
  if (looked === null)
    found.push(
      'it does not say how much it looked at: use a format that does, or let its command scan the list of parts itself (target the same as sbom)',
    );
  else if (!(looked.count > 0)) found.push(`it looked at ${looked.count} ${looked.unit}`);
  const { problem } = digestsOf(facts, candidate);
  if (problem !== null) found.push(problem);
  if (maxDatabaseAgeMs !== null) {
    const most = Math.round(maxDatabaseAgeMs / dayMs);
    if (databaseAgeMs === null) found.push('the age of its database is not known');
    else if (databaseAgeMs < -dayMs) found.push('the date of its database lies in the future');
    else if (databaseAgeMs > maxDatabaseAgeMs)
      found.push(`its database is ${Math.floor(databaseAgeMs / dayMs)} days old, more than ${most}`);
  }
  if (control === null) found.push('no control shows that it finds a planted fault');
  else if (!control.found)
    found.push(
      `the control shows nothing: ${control.problem ?? `${control.expects}, which is planted, was not found`}`,
    );
  return found;
}

export function judgeScans(evidence: readonly Recorded<ScanEvidence>[], ended: boolean): Judged {
  const pieces = evidence.map(({ data }) => data);
  const begun = pieces.find((one) => one.kind === 'begun');
  if (begun === undefined)
    return { checks: [check('scan', 'The candidate is scanned', 'inconclusive', 'Nothing was scanned.')], figures: [] };
  const { bar, candidate, previousVersion } = begun;
  const written = new Map(pieces.flatMap((one) => (one.kind === 'scan' ? [[one.name, one] as const] : [])));
  const scans = new Map(withOthersPrints([...written.values()]).map((one) => [one.name, one] as const));
  const gaps: string[] = [];
  const checks = begun.scans.map((name): Check => {
    const facts = scans.get(name);
    const made =
      facts === undefined
        ? ({
            verdict: 'inconclusive',
            reason: ended ? 'It did not run.' : 'The run ended before it was done.',
          } as const)
        : judgeScan(facts, candidate, bar);
    if (made.verdict === 'inconclusive') gaps.push(`${name}: ${made.reason}`);
    return check(
      idOf(name, begun.scans),
      `${name} finds nothing of ${bar.failAt} risk or above, and looked`,
      made.verdict,
      made.reason,
    );
  });
  const test = pieces.find((one) => one.kind === 'penetration-test');
  const whole = artifactsCheck(begun, [...scans.values()], test?.problem === null ? test.digest : null);
  if (whole !== null) checks.push(whole);
  for (const { artifact } of begun.unscanned) {
    if (!begun.artifacts.some(({ name }) => name === artifact))
      gaps.push(`${artifact} is left out of the scans, and the candidate has no such artifact: remove it`);
  }
  const findings = merged([...scans.values()].flatMap((one) => one.findings));
  const news = regressions([...scans.values()], candidate, bar, previousVersion);
  if (news.check !== null) checks.push(news.check);
  if (news.gap !== null) gaps.push(news.gap);
  if (begun.penetrationTest) {
    checks.push(judgeTest(test, candidate, bar));
  }
  for (const { name, more } of scans.values()) if (more > 0) gaps.push(`${name}: ${more} more findings are not listed`);
  const used = new Set(findings.flatMap(({ fingerprint, also = [] }) => [fingerprint, ...also]));
  for (const { fingerprint, owner } of bar.waivers) {
    if (!used.has(fingerprint) && scans.size === begun.scans.length)
      gaps.push(`the waiver of ${owner} for ${fingerprint} covers nothing: remove it`);
  }
  const table = findingsTable(findings, bar);
  const suppressed = [...scans.values()].reduce((sum, one) => sum + one.suppressed, 0);
  const proven = [...scans.values()].filter(
    (one) => one.failed === null && unproven(one, candidate).length === 0,
  ).length;
  return {
    checks,
    figures: [
      ...risks.map((risk) => ({
        name: `Findings, ${risk}`,
        value: String(findings.filter((one) => one.risk === risk).length),
      })),
      { name: 'Suppressed in scanners', value: String(suppressed) },
      { name: 'Waived', value: String(findings.filter((one) => waiverOf(one, bar).waiver !== null).length) },
    ],
    ...(table === null ? {} : { tables: [table] }),
    coverage: [{ of: 'scans that proved that they looked', covered: proven, total: begun.scans.length, gaps }],
  };
}

function judgeScan(facts: ScanFacts, candidate: readonly string[], bar: Bar): Pick<Check, 'verdict' | 'reason'> {
  if (facts.failed !== null) return { verdict: 'inconclusive', reason: facts.failed };
  const doubts = unproven(facts, candidate);
  const looked = `${facts.looked === null ? 'an unknown number of parts' : `${facts.looked.count} ${facts.looked.unit}`} by ${facts.tool}${facts.version === null ? '' : ` ${facts.version}`}`;
  const judged = reviewed(facts.findings, bar, verdictOfFindings(facts.findings, bar, looked));
  // What is wrong with another digest says nothing of this one. What was found in this one is wrong with it, whatever else was not seen.
  if (doubts.length === 0 || (judged.verdict === 'fail' && !isOfAnother(facts, candidate))) return judged;
  return {
    verdict: 'inconclusive',
    reason: `${judged.verdict === 'pass' ? 'A clean result that does not prove that it looked' : judged.reason}: ${doubts.join('; ')}.`,
  };
}

/** What nobody says the risk of may be of any: it is no pass, whatever the bar. */
function reviewed(findings: readonly Finding[], bar: Bar, judged: ReturnType<typeof verdictOfFindings>) {
  if (judged.verdict !== 'pass') return judged;
  const [first, ...more] = findings.filter((one) => one.unrated === true && waiverOf(one, bar).waiver === null);
  if (first === undefined) return judged;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  return {
    verdict: 'inconclusive' as const,
    reason: `Needs review: ${first.rule} at ${first.where}${others}: nobody says how grave it is. ${judged.reason}`,
  };
}

/** Names that differ in signs alone have ids of their own. */
function idOf(name: string, all: readonly string[]): string {
  const plain = (one: string) => one.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const isShared = all.some((one) => one !== name && plain(one) === plain(name));
  return `scan-${plain(name)}${isShared ? `-${fingerprintOf([name]).slice(0, 6)}` : ''}`;
}

/** What the previous version did not have: any certain finding above info. */
function regressions(
  scans: readonly ScanFacts[],
  candidate: readonly string[],
  bar: Bar,
  previousVersion: string | null,
): { check: Check | null; gap: string | null } {
  const title = 'No finding that the previous version did not have';
  if (scans.length === 0) return { check: null, gap: null };
  const compared = scans.filter(({ previous }) => previous !== null);
  if (compared.length === 0) {
    if (previousVersion === null) return { check: null, gap: 'regressions: no previous version is named' };
    return {
      check: check(
        'security-regression',
        title,
        'inconclusive',
        `No result of ${previousVersion} is configured to compare with.`,
      ),
      gap: null,
    };
  }
  const doubts = compared.flatMap((one) => {
    const problem = one.previous?.problem ?? unproven(one, candidate)[0];
    return problem === undefined ? [] : [`${one.name}: ${problem}`];
  });
  const news = merged(
    compared.flatMap((one) => {
      const { findings, previous } = one;
      // What another digest has is not new in this one.
      if (previous === null || previous.problem !== null || isOfAnother(one, candidate)) return [];
      const before = new Set(previous.fingerprints);
      return findings.filter(
        (finding) =>
          ![finding.fingerprint, ...(finding.also ?? [])].some((print) => before.has(print)) &&
          isAtLeast(finding.risk, 'low') &&
          waiverOf(finding, bar).waiver === null,
      );
    }),
  );
  const sure = news.filter(({ certain }) => certain);
  const [first] = sure.length > 0 ? sure : news;
  if (first !== undefined) {
    const reason = `${news.length} new: ${first.rule} (${first.risk}) at ${first.where}${news.length > 1 ? ' and others' : ''}.`;
    return {
      check: check(
        'security-regression',
        title,
        sure.length > 0 ? 'fail' : 'inconclusive',
        sure.length > 0 ? reason : `Needs review: ${reason}`,
      ),
      gap: null,
    };
  }
  const missing = scans.filter(({ previous }) => previous === null).map(({ name }) => `${name}: no previous result`);
  const open = [...doubts, ...missing];
  if (open.length > 0)
    return {
      check: check('security-regression', title, 'inconclusive', `Not compared: ${open.join('; ')}.`),
      gap: null,
    };
  return {
    check: check(
      'security-regression',
      title,
      'pass',
      `${compared.length} results were compared by fingerprint; nothing is new.`,
    ),
    gap: null,
  };
}
