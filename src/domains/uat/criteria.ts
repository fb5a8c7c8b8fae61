import { list } from '../../gate/words.ts';
import { accessibilityKinds, experienceKinds, type FindingGroup } from '../../model/finding.ts';
import type { UatCriterion, UatResult } from '../../model/uat.ts';
import type { GateResult, Verdict } from '../../model/verdict.ts';

type Judged = Pick<UatResult, 'browsers' | 'scenarios' | 'findings' | 'looks' | 'vitals' | 'checks' | 'troubles'> & {
  ended: boolean;
};

const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** What the acceptance tests must show, each with what was seen. Nothing passes by silence: what was not run is inconclusive. */
export function uatCriteria(result: Judged): UatCriterion[] {
  return [
    scenarios(result),
    flaky(result),
    browsers(result),
    accessibility(result),
    experience(result),
    vitals(result),
  ];
}

/** The gate: failed where a criterion is, passed where all are. */
export function uatGate(criteria: readonly UatCriterion[]): GateResult {
  const has = (verdict: Verdict) => criteria.filter((each) => each.verdict === verdict);
  const verdict: Verdict = has('fail').length > 0 ? 'fail' : has('inconclusive').length > 0 ? 'inconclusive' : 'pass';
  const [deciding] = has(verdict);
  const summary = deciding === undefined ? 'nothing was judged' : deciding.observed;
  return {
    id: 'uat',
    title: 'UAT',
    verdict,
    summary,
    score: Math.round((1000 * has('pass').length) / criteria.length) / 10,
  };
}

/** One sentence that names the cause. */
export function uatSentence(verdict: Verdict, criteria: readonly UatCriterion[]): string {
  const own = criteria.filter((each) => each.verdict === verdict);
  if (verdict === 'pass')
    return `Every scenario passed: ${own[0]?.observed ?? ''}. No violation was found, and no budget was exceeded.`;
  const reasons = own.slice(0, 2).map(({ reason }) => reason);
  return `${verdict === 'inconclusive' ? 'Nothing failed, but this is open: ' : ''}${reasons.join(' ')}`;
}

function scenarios({ scenarios: all, troubles, ended }: Judged): UatCriterion {
  const cells = all.flatMap(({ info, cells: own }) => own.map((cell) => ({ info, cell })));
  const of = (outcome: string) => cells.filter(({ cell }) => cell.outcome === outcome);
  const failed = of('failed');
  const missing = of('not run');
  const names = [...new Set(failed.map(({ info }) => info.id))];
  const verdict: Verdict =
    failed.length > 0
      ? 'fail'
      : cells.length === 0 || missing.length > 0 || troubles.length > 0 || !ended
        ? 'inconclusive'
        : 'pass';
  const [first] = failed;
  const reason =
    first !== undefined
      ? `${first.info.id} ${first.info.title} fails in ${first.cell.browser} at ${first.cell.size} size${first.cell.error?.step == null ? '' : `, at “${first.cell.error.step}”`}${failed.length > 1 ? `; ${plural(failed.length, 'cell')} of ${list(names.slice(0, 4))} fail in all` : ''}.`
      : cells.length === 0
        ? 'No scenario was run.'
        : missing.length > 0
          ? `${plural(missing.length, 'planned scenario run')} did not take place.`
          : (troubles[0] ?? (ended ? '' : 'The test runner did not come to its end.'));
  return {
    id: 'scenarios',
    title: 'Business scenarios',
    requirement: 'U1',
    verdict,
    observed: `${of('passed').length} of ${cells.length} passed`,
    wanted: 'all, in every browser and size',
    reason,
    evidence: 'matrix',
  };
}

function flaky({ scenarios: all }: Judged): UatCriterion {
  const cells = all.flatMap(({ info, cells: own }) =>
    own.filter(({ outcome }) => outcome === 'flaky').map(() => info.id),
  );
  const total = all.reduce((sum, { cells: own }) => sum + own.length, 0);
  return {
    id: 'flaky',
    title: 'Steady scenarios',
    requirement: 'U1',
    verdict: total === 0 || cells.length > 0 ? 'inconclusive' : 'pass',
    observed: cells.length === 0 ? 'none flaky' : `${cells.length} flaky`,
    wanted: 'none passes only when tried again',
    reason:
      cells.length === 0
        ? ''
        : `${list([...new Set(cells)].slice(0, 4))} failed first and passed when tried again, which is no pass.`,
    evidence: 'matrix',
  };
}

function browsers({ browsers: found }: Judged): UatCriterion {
  const all = found.filter(({ isUnasked }) => isUnasked !== true);
  const ran = all.filter(({ notRun }) => notRun === null);
  const open = all.filter(({ notRun, waived }) => notRun !== null && waived === null);
  const waived = all.filter(({ notRun, waived: why }) => notRun !== null && why !== null);
  return {
    id: 'browsers',
    title: 'Cross-browser',
    requirement: 'U5',
    verdict: ran.length === 0 || open.length > 0 ? 'inconclusive' : 'pass',
    observed: ran.length === 0 ? 'no browser' : list(ran.map(({ label }) => label)),
    wanted: list(all.map(({ label, name }) => label.split(' ')[0] ?? name)),
    reason:
      open.length > 0
        ? `${list(open.map(({ label }) => label))} was not run.`
        : list(waived.map(({ label, waived: why }) => `${label} is waived: ${why}`)),
    evidence: 'browsers',
  };
}

function counted(findings: readonly FindingGroup[], kinds: readonly string[]): FindingGroup[] {
  return findings.filter(({ kind, waiver }) => waiver === null && kinds.includes(kind));
}

function accessibility({ findings, checks }: Judged): UatCriterion {
  const found = counted(findings, accessibilityKinds);
  const review = findings.filter(({ kind }) => kind === 'review').length;
  const scanned = checks.find(({ check }) => check === 'axe');
  const rules = [...new Set(found.map(({ rule }) => rule))];
  const open =
    scanned === undefined || scanned.times === 0
      ? 'No page was checked.'
      : scanned.notDone.length > 0
        ? `Not every page could be checked: ${scanned.notDone[0]}.`
        : null;
  return {
    id: 'accessibility',
    title: 'Automatic accessibility checks',
    requirement: 'U4',
    verdict: found.length > 0 ? 'fail' : open !== null ? 'inconclusive' : 'pass',
    observed:
      scanned === undefined
        ? 'nothing checked'
        : `${plural(found.length, 'violation')} on ${plural(scanned.pages, 'page')}, ${review} to review`,
    wanted: 'no violation of WCAG 2.2 A and AA',
    reason:
      found.length === 0
        ? (open ?? '')
        : `${plural(found.length, 'accessibility violation')}: ${list(rules.slice(0, 3))}${rules.length > 3 ? ' and others' : ''}, first at ${found[0]?.element ?? 'the page'} of ${found[0]?.pages[0] ?? ''}.`,
    evidence: 'accessibility',
  };
}

function experience({ findings, checks, looks }: Judged): UatCriterion {
  const found = counted(findings, experienceKinds);
  const unapproved = looks.filter(({ state }) => state === 'nothing approved').length;
  const verdict: Verdict = found.length > 0 ? 'fail' : checks.length === 0 || unapproved > 0 ? 'inconclusive' : 'pass';
  const compared = looks.length - unapproved;
  return {
    id: 'experience',
    title: 'User experience',
    requirement: 'U2',
    verdict,
    observed: `${plural(found.length, 'finding')}${looks.length === 0 ? '' : `, ${compared} of ${plural(looks.length, 'screenshot')} compared`}`,
    wanted: 'no error, broken link, slow step, layout shift, cut-off text or unapproved look',
    reason:
      found.length > 0
        ? `${found[0]?.what}${found.length > 1 ? `, and ${plural(found.length - 1, 'more finding')}` : ''}.`
        : unapproved > 0
          ? `Nothing is approved yet for ${plural(unapproved, 'screenshot')}.`
          : '',
    evidence: unapproved > 0 && found.length === 0 ? 'looks' : 'experience',
  };
}

function vitals({ vitals: all }: Judged): UatCriterion {
  const measured = all.filter(({ state }) => state === 'measured');
  const failed = measured.filter(({ verdict }) => verdict === 'fail');
  const metrics = [...new Set(all.map(({ metric }) => metric))];
  // A vital that only one engine supports is judged there.
  const open = metrics.filter(
    (metric) => !measured.some((each) => each.metric === metric && each.verdict !== 'inconclusive'),
  );
  const [first] = failed;
  const figure = (metric: string, value: number) => (metric === 'CLS' ? String(value) : `${Math.round(value)} ms`);
  const verdict: Verdict =
    failed.length > 0 ? 'fail' : metrics.length === 0 || open.length > 0 ? 'inconclusive' : 'pass';
  return {
    id: 'vitals',
    title: 'Perceived performance',
    requirement: 'U3',
    verdict,
    observed:
      verdict === 'fail'
        ? `${list([...new Set(failed.map(({ metric }) => metric))])} over budget`
        : `${plural(metrics.length - open.length, 'vital')} within budget`,
    wanted: '75th percentiles within their budgets',
    reason:
      first !== undefined
        ? `${first.metric} is ${figure(first.metric, first.p75 ?? 0)} at the 75th percentile in ${first.browser}, against ${figure(first.metric, first.budget)}; worst on ${first.worstPage}.`
        : open.length > 0
          ? `${list(open)} cannot be decided from what was measured.`
          : '',
    evidence: 'vitals',
  };
}
