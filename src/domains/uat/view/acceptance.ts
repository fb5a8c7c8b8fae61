import { accessibilityKinds, experienceKinds, type FindingGroup, type FindingKind } from '../../../model/finding.ts';
import type { UatResults } from '../../../model/uat.ts';
import type { GateResult } from '../../../model/verdict.ts';
import { count, duration, plural } from '../../../report-kit/format.ts';
import { frameView } from '../../../report-kit/frame.ts';
import { renderPage } from '../../../report-kit/render.ts';
import { asSentence, quoted, shortened } from '../../../report-kit/text.ts';
import { moment } from '../../../report-kit/time.ts';
import { type VerdictView, wordOf } from '../../../report-kit/verdict.ts';
import { vitalsView } from '../../../report-kit/vitals-table.ts';
import { feedbackView } from './feedback.ts';
import { looksView, type Thumbnails } from './looks.ts';
import { matrixView } from './matrix.ts';
import { approver, signaturesView } from './signatures.ts';

const mostFindings = 40;
const mostMissing = 8;

/** `index.html` of a run of scenarios: the User Acceptance Report. @param results already readable */
export function uatPage(results: UatResults, small: Thumbnails): string {
  const { uat } = results;
  const counted = (kinds: readonly FindingKind[]) =>
    findingsView(uat.findings.filter(({ kind }) => kinds.includes(kind)));
  return renderPage('uat', {
    page: frameView(results, {
      verdict: results.verdict,
      word: results.word,
      kind: 'user acceptance of',
      current: 'index.html',
      links: [{ href: 'index.html', text: 'User acceptance' }],
    }),
    verdict: verdictOf(results),
    criteria: criteriaView(results),
    matrix: matrixView(uat.scenarios, uat.browsers, uat.playwright),
    browsers: uat.browsers.map((browser) => ({
      state: browser.notRun === null ? 'pass' : 'not run',
      label: browser.label,
      text:
        browser.notRun === null
          ? (browser.origin ?? '')
          : `Not run: ${browser.notRun}${browser.waived === null ? '' : `. Waived: ${browser.waived}`}`,
    })),
    accessibility: counted(accessibilityKinds),
    review: counted(['review']),
    practice: counted(['practice']),
    experience: counted(experienceKinds),
    looks: looksView(uat.looks, small, results.run.id),
    checked: checkedFacts(results),
    coverage: coverageView(uat.coverage),
    waiverProblems: uat.waiverProblems.map(
      ({ rule, owner, problem }) => `The waiver of ${rule} by ${owner} ${problem}.`,
    ),
    manual: uat.manual,
    feedback: uat.feedback === undefined ? null : feedbackView(uat.feedback, null),
    vitals: vitalsView(uat.vitals),
    evidence: signaturesView(uat, results.run.id),
    troubles: uat.troubles.map((line) => shortened(line, 400)),
  });
}

function verdictOf(results: UatResults): VerdictView {
  const { uat, run, missing } = results;
  const cells = uat.scenarios.flatMap(({ cells: own }) => own);
  const notices = [];
  if (uat.evidence.tampered.length > 0)
    notices.push({
      title: 'The evidence was changed after the run',
      text: asSentence(uat.evidence.tampered.slice(0, 3).join(', ')),
    });
  if (run.interrupted !== null) notices.push({ title: 'Interrupted', text: asSentence(run.interrupted) });
  const subject = shortened(`${results.candidate.name} ${results.candidate.version}`, 60);
  const ran = uat.browsers.filter(({ notRun }) => notRun === null);
  return {
    verdict: results.verdict,
    word: results.word,
    subject,
    spoken: `User acceptance of ${subject}`,
    sentence: shortened(results.sentence, 420),
    notices,
    facts: [
      { name: 'Scenarios', value: `${plural(uat.scenarios.length, 'scenario')}, ${plural(cells.length, 'run')}` },
      { name: 'Browsers', value: ran.map(({ label }) => label).join(', ') || 'none' },
      { name: 'Sizes', value: uat.sizes.map(({ name, width }) => `${name} ${width}`).join(', ') },
      { name: 'Flaky', value: count(cells.filter(({ outcome }) => outcome === 'flaky').length) },
      { name: 'Took', value: duration(uat.wallMs) },
      { name: 'Target', value: results.environment.targetUrl },
      { name: 'Started', value: moment(run.startedAt) },
    ],
    eyebrow: 'User acceptance',
    aside: {
      title: 'What is missing',
      lines: missing.slice(0, mostMissing).map((line) => shortened(quoted(line), 260)),
      leftOut: Math.max(0, missing.length - mostMissing),
    },
  };
}

function criteriaView({ uat }: UatResults) {
  const signed = approver(uat.signOffs);
  const order = ['fail', 'inconclusive', 'pass'];
  const worstFirst = uat.criteria.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  return worstFirst.map((each) => ({
    ...each,
    word: wordOf(each.verdict as GateResult['verdict']),
    anchor: `#${each.evidence}`,
    approver: signed,
  }));
}

/** What share of the criteria anything automatic looks at, and which are for a person alone. */
function coverageView({ engine, rules, criteria }: UatResults['uat']['coverage']) {
  const byRules = criteria.filter((each) => each.rules > 0);
  const byOwn = criteria.filter((each) => each.rules === 0 && each.own !== null);
  const manual = criteria.filter((each) => each.rules === 0 && each.own === null);
  const share = (some: number) => `${Math.round((100 * some) / Math.max(1, criteria.length))} %`;
  return {
    facts: [
      { name: 'Rules run', value: `${rules}, ${engine}` },
      {
        name: 'Criteria with a rule',
        value: `${byRules.length} of ${criteria.length} of WCAG 2.2 A and AA, ${share(byRules.length)}; each looks at a part of its criterion`,
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

interface FindingRow {
  state: GateResult['verdict'];
  word: string;
  rule: string;
  what: string;
  fix: string;
  element: string;
  snippet: string;
  help: string;
  pages: string;
  where: string;
  count: string;
  criteria: string;
  waiver: string;
}

/** Groups of findings as rows, waived ones too. */
export function findingsView(groups: readonly FindingGroup[]): { rows: FindingRow[]; leftOut: number } {
  const rows = groups.slice(0, mostFindings).map((group): FindingRow => {
    const open = group.kind === 'review' || group.kind === 'practice';
    return {
      state: group.waiver !== null ? 'not run' : open ? 'inconclusive' : 'fail',
      word:
        group.waiver !== null
          ? 'Waived'
          : group.kind === 'review'
            ? 'To review'
            : group.kind === 'practice'
              ? 'Advice'
              : (group.impact ?? 'wrong'),
      rule: shortened(group.rule, 60),
      what: asSentence(shortened(group.what, 240)),
      fix: group.fix === null ? '' : shortened(group.fix, 240),
      element: group.element === null ? '' : shortened(group.element, 120),
      snippet: group.snippet === null ? '' : shortened(group.snippet, 160),
      help: group.help ?? '',
      pages: shortened(group.pages.join(', '), 160),
      where: inShort(group.seenIn),
      count: count(group.count),
      criteria: group.criteria.map((each) => each.replace(/^wcag(\d)(\d)(\d+)$/, '$1.$2.$3')).join(', '),
      waiver:
        group.waiver === null
          ? ''
          : `Waived by ${group.waiver.owner} until ${group.waiver.expires}: ${shortened(group.waiver.reason, 160)}`,
    };
  });
  return { rows, leftOut: Math.max(0, groups.length - mostFindings) };
}

/** `chromium phone, desktop; firefox desktop`. */
function inShort(seenIn: readonly string[]): string {
  const byBrowser = new Map<string, string[]>();
  for (const each of seenIn) {
    const [browser = '', size = ''] = each.split(' ');
    byBrowser.set(browser, [...(byBrowser.get(browser) ?? []), size]);
  }
  return [...byBrowser].map(([browser, sizes]) => `${browser} ${sizes.join(', ')}`).join('; ');
}

const checkNames: Record<UatResults['uat']['checks'][number]['check'], string> = {
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

function checkedFacts({ uat }: UatResults) {
  return uat.checks.map(({ check, pages, times, tookMs, count: found, notDone, leftOut }) => {
    const each = times === 0 ? '' : `, ${duration(Math.round(tookMs / times))} each`;
    const done = check === 'links' ? plural(found, 'link') : `${plural(pages, 'page')}, ${plural(times, 'time')}`;
    const open = notDone.length === 0 ? '' : `${times === 0 ? '' : '; '}not done: ${notDone[0]}`;
    const beyond = leftOut === 0 ? '' : `; ${plural(leftOut, 'more place')} counted only`;
    return { name: checkNames[check], value: `${times === 0 ? '' : `${done}${each}`}${open}${beyond}` };
  });
}
