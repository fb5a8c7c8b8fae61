import { accessibilityKinds, experienceKinds, type FindingKind } from '../../../model/finding.ts';
import type { Results } from '../../../model/results.ts';
import type { AcceptanceResult } from '../../../model/uat.ts';
import type { RunAcceptance } from '../../../model/uat-under-load.ts';
import type { ObjectiveResult } from '../../../model/verdict.ts';
import { duration, nothing, plural } from '../../../report-kit/format.ts';
import { approver } from '../../../report-kit/signed.ts';
import { shortened } from '../../../report-kit/text.ts';
import { wordOf } from '../../../report-kit/verdict.ts';
import { vitalsView } from '../../../report-kit/vitals-table.ts';
import { feedbackView } from './feedback.ts';
import { findingsView } from './findings.ts';
import { looksView } from './looks.ts';
import { matrixView } from './matrix.ts';
import { signaturesView } from './signatures.ts';

/** Where on the page a criterion's evidence is, and the requirement that it answers. */
const places: Readonly<Record<string, { anchor: string; requirement: string }>> = {
  failed_scenarios: { anchor: '#matrix', requirement: 'U1' },
  flaky_scenarios: { anchor: '#matrix', requirement: 'U1' },
  missing_browsers: { anchor: '#browsers', requirement: 'U5' },
  violations: { anchor: '#accessibility', requirement: 'U4' },
  experience_findings: { anchor: '#experience', requirement: 'U2' },
  slow_vitals: { anchor: '#vitals', requirement: 'U3' },
  satisfaction: { anchor: '#feedback', requirement: 'U6' },
};

/** The User Acceptance Report of scenarios that were run alone; null for any other run. @param results already readable */
export function acceptanceView(results: Results, signed: RunAcceptance | null): object | null {
  const { acceptance, feedback } = results.sections.uat ?? {};
  if (acceptance === undefined) return null;
  const counted = (kinds: readonly FindingKind[]) =>
    findingsView(acceptance.findings.filter(({ kind }) => kinds.includes(kind)));
  return {
    criteria: criteriaView(results, signed),
    matrix: matrixView(acceptance.scenarios, acceptance.history, acceptance.browsers, acceptance.playwright),
    browsers: acceptance.browsers.map((browser) => ({
      state: browser.notRun === null ? 'pass' : 'not run',
      label: browser.label,
      text:
        browser.notRun === null
          ? (browser.origin ?? '')
          : `Not run: ${browser.notRun}${browser.waived === null ? '' : `. Waived: ${browser.waived}`}`,
    })),
    accessibility: counted(accessibilityKinds),
    review: counted(['review', 'held-back']),
    practice: counted(['practice']),
    experience: counted(experienceKinds),
    looks: looksView(acceptance.looks, results.run.id),
    checked: checkedFacts(acceptance.checks),
    passedRules: acceptance.checks.flatMap(({ passed = [] }) =>
      passed.map(({ rule, pages }) => `${rule} (${plural(pages.length, 'page')})`),
    ),
    coverage: coverageView(acceptance.coverage),
    waiverProblems: acceptance.waiverProblems.map(
      ({ rule, owner, problem }) => `The waiver of ${rule} by ${owner} ${problem}.`,
    ),
    manual: acceptance.manual,
    checklist: checklistView(acceptance.checklist ?? []),
    feedback: feedback === undefined ? null : feedbackView(feedback, null),
    vitals: vitalsView(acceptance.vitals),
    evidence: signed === null ? null : signaturesView(signed, results.run.id, acceptance.leftOut),
    troubles: acceptance.troubles.map((line) => shortened(line, 400)),
  };
}

function criteriaView({ objectives }: Results, signed: RunAcceptance | null) {
  const order = ['fail', 'inconclusive', 'pass'];
  return acceptanceResults(objectives)
    .toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
    .map(({ objective, verdict, reason, words }) => ({
      ...{ verdict, word: wordOf(verdict), title: objective.title, ...places[objective.metric] },
      // What passed speaks through what was seen.
      reason: verdict === 'pass' ? '' : reason,
      observed: words?.observed ?? nothing,
      wanted: words?.wanted ?? '',
      approver: signed === null ? '' : approver(signed.signOffs),
    }));
}

/** Objectives that scenarios alone are judged by, in the order of the report. */
export function acceptanceResults(objectives: readonly ObjectiveResult[]): ObjectiveResult[] {
  return Object.keys(places).flatMap((metric) => objectives.filter(({ objective }) => objective.metric === metric));
}

const manualStates = { passed: 'pass', failed: 'fail', 'not applicable': 'not run' } as const;

function checklistView(checklist: NonNullable<AcceptanceResult['checklist']>) {
  const looked = checklist.filter(({ result }) => result !== null);
  return {
    summary: `${looked.length} of ${plural(checklist.length, 'criterion', 'criteria')} looked at`,
    rows: looked.map(({ id, title, level, result }) => ({
      state: manualStates[result?.result ?? 'passed'],
      word: result?.result ?? '',
      title: `${id} ${title} (${level})`,
      by: shortened(result?.person ?? '', 80),
      date: result?.date ?? '',
      note: shortened(result?.note ?? '', 240),
    })),
    open: checklist.filter(({ result }) => result === null).map(({ id, title, level }) => `${id} ${title} (${level})`),
  };
}

/** The share of the criteria that automatic checks cover, and which are for a person alone. */
function coverageView({ engine, rules, criteria }: AcceptanceResult['coverage']) {
  const byRules = criteria.filter((each) => each.rules > 0);
  const byOwn = criteria.filter((each) => each.rules === 0 && each.own !== null);
  const manual = criteria.filter((each) => each.rules === 0 && each.own === null);
  const share = (some: number) => `${Math.round((100 * some) / Math.max(1, criteria.length))} %`;
  return {
    facts: [
      { name: 'Rules run', value: `${rules}, ${engine}` },
      {
        name: 'Criteria with a rule',
        value: `${byRules.length} of ${criteria.length} of WCAG 2.2 A and AA, ${share(byRules.length)}; each checks a part of its criterion`,
      },
      {
        name: 'By our own checks',
        value: byOwn.map(({ id, own }) => `${id} (${own})`).join(', '),
      },
      { name: 'For a person alone', value: `${manual.length} of ${criteria.length}, ${share(manual.length)}` },
    ],
    manual: manual.map(({ id, title, level }) => `${id} ${title} (${level})`),
  };
}

const checkNames: Record<AcceptanceResult['checks'][number]['check'], string> = {
  axe: 'axe-core, WCAG 2.2 A and AA',
  keyboard: 'Walked by Tab',
  reflow: '320 px wide',
  zoom: 'Enlarged to 200 %',
  motion: 'Reduced motion',
  'forced-colours': 'Forced colours',
  links: 'Links followed',
  'cut-off': 'Text cut off',
  visual: 'Against approved screenshots',
};

function checkedFacts(checks: AcceptanceResult['checks']) {
  return checks.map(({ check, pages, times, tookMs, count: found, notDone, leftOut }) => {
    const each = times === 0 ? '' : `, ${duration(Math.round(tookMs / times))} each`;
    const done = check === 'links' ? plural(found, 'link') : `${plural(pages, 'page')}, ${plural(times, 'time')}`;
    const open = notDone.length === 0 ? '' : `${times === 0 ? '' : '; '}not done: ${notDone[0]}`;
    const beyond = leftOut === 0 ? '' : `; ${plural(leftOut, 'more place')} counted only`;
    return { name: checkNames[check], value: `${times === 0 ? '' : `${done}${each}`}${open}${beyond}` };
  });
}
