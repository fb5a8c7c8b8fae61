import type { Verdict } from '../../../../model/verdict.ts';
import { type Check, check, type Judged, type Recorded, type Table } from '../../../part.ts';
import { staticChecks } from './checks/every.ts';
import type { BlindnessEvidence, Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';

const rowsAtMost = 200;
const checks: readonly { id: string; title: string; looksAt: 'rule' | 'alert' | 'objective' }[] = [
  ...staticChecks,
  { id: 'promtool', title: 'promtool accepts every file', looksAt: 'rule' },
  { id: 'loaded', title: 'Prometheus runs what is in the files', looksAt: 'rule' },
  { id: 'absent-series', title: 'What rules read is there', looksAt: 'rule' },
];

/** What was found of the rules. What may be wrong is inconclusive; only what certainly is fails. */
export function judge(recorded: readonly Recorded<Evidence>[], ended: boolean): Judged {
  const all = recorded.map(({ data }) => data);
  const of = <K extends Evidence['kind']>(kind: K) =>
    all.filter((one): one is Extract<Evidence, { kind: K }> => one.kind === kind);
  const findings = of('finding').map(({ finding }) => finding);
  const asked = new Map(of('asked').flatMap((one) => one.checks.map((id) => [id, one.of] as const)));
  const notAsked = new Map(of('not-asked').flatMap((one) => one.checks.map((id) => [id, one.reason] as const)));
  const files = of('file');
  const rules = files.reduce((sum, one) => sum + one.alerts + one.records, 0);
  const state = { asked, notAsked, ended };
  const results: Check[] = [
    rulesThere(rules, files.length),
    ...checks.flatMap((one) =>
      ofFindings(
        one,
        findings.filter((finding) => finding.check === one.id),
        state,
      ),
    ),
    testsPass(of('tests'), state),
    noBlindSpots(of('blindness'), state),
  ];
  const alerts = of('alert');
  const tested = alerts.filter((one) => one.tested);
  const clean = new Set(findings.filter(({ kind }) => kind !== 'note').map(({ file, rule }) => `${file} ${rule}`));
  const spots = of('blindness');
  const seen = spots.filter((one) => gapsOf(one).length === 0);
  return {
    checks: results,
    figures: [
      { name: 'Files', value: String(files.length) },
      { name: 'Rules', value: String(rules) },
      { name: 'Alerts with unit tests', value: `${tested.length} of ${alerts.length}` },
      { name: 'Alerts whose absence is seen', value: `${seen.length} of ${spots.length}` },
      ...of('program').map(({ name, version }) => ({ name, value: version })),
    ],
    tables: [...findingsTable(findings), ...blindTable(spots)],
    coverage: [
      {
        of: 'alerts without findings',
        covered: alerts.filter(({ file, rule }) => !clean.has(`${file} ${rule}`)).length,
        total: alerts.length,
        gaps: alerts.filter(({ file, rule }) => clean.has(`${file} ${rule}`)).map(named),
      },
      {
        of: 'alerts with unit tests',
        covered: tested.length,
        total: alerts.length,
        gaps: alerts.filter((one) => !one.tested).map((one) => `${named(one)}: no test expects it to fire`),
      },
      {
        of: 'alerts whose absence is seen',
        covered: seen.length,
        total: spots.length,
        gaps: spots.flatMap((one) => gapsOf(one).map((gap) => `${named(one)}: ${gap}`)),
      },
    ],
  };
}

interface State {
  readonly asked: ReadonlyMap<string, number>;
  readonly notAsked: ReadonlyMap<string, string>;
  readonly ended: boolean;
}

function rulesThere(rules: number, files: number): Check {
  const title = 'There are rules';
  if (rules > 0) return check('there', title, 'pass', `${rules} rules in ${files} ${files === 1 ? 'file' : 'files'}.`);
  return check('there', title, 'inconclusive', 'No rule was found, so nothing was looked at.');
}

/** Where there is no objective, there is no question. */
function ofFindings(one: (typeof checks)[number], findings: readonly Finding[], state: State): Check[] {
  if (one.looksAt === 'objective' && findings.length === 0 && state.asked.get(one.id) === 0) return [];
  return [answered(one, findings, state)];
}

function answered({ id, title, looksAt }: (typeof checks)[number], findings: readonly Finding[], state: State): Check {
  const count = (kind: Finding['kind']) => findings.filter((one) => one.kind === kind);
  const [wrong, review, gaps] = [count('wrong'), count('review'), count('gap')];
  const shown = (some: readonly Finding[]) => some.slice(0, 3).map(sentence).join(' ') + more(some.length - 3);
  if (wrong.length > 0) return check(id, title, 'fail', shown(wrong));
  const reason = state.notAsked.get(id);
  if (reason !== undefined) return check(id, title, 'inconclusive', `Not looked at: ${reason}`);
  if (review.length > 0) return check(id, title, 'inconclusive', `Needs review: ${shown(review)}`);
  if (gaps.length > 0) return check(id, title, 'inconclusive', `Not looked at: ${shown(gaps)}`);
  const of = state.asked.get(id);
  if (of === undefined) return check(id, title, 'inconclusive', notReached(state));
  if (of === 0) return check(id, title, 'inconclusive', `There was no ${looksAt} to look at.`);
  const notes = count('note').length;
  return check(
    id,
    title,
    'pass',
    `${of} ${of === 1 ? looksAt : `${looksAt}s`}, nothing found${notes > 0 ? `; ${notes} could be simpler` : ''}.`,
  );
}

function notReached({ ended }: State): string {
  return ended ? 'It was not looked at.' : 'The run ended before it was looked at.';
}

function sentence({ file, line, what }: Finding): string {
  return `${file}:${line}: ${what}`;
}

function more(count: number): string {
  return count > 0 ? ` And ${count} more, in the table.` : '';
}

function testsPass(tests: readonly Extract<Evidence, { kind: 'tests' }>[], state: State): Check {
  const title = 'The rules’ unit tests pass';
  const reason = state.notAsked.get('tests');
  if (reason !== undefined) return check('tests', title, 'inconclusive', `Not looked at: ${reason}`);
  const failed = tests.filter((one) => !one.passed);
  if (failed.length > 0)
    return check('tests', title, 'fail', failed.map(({ file, said }) => `${file}: ${said.slice(0, 300)}`).join(' '));
  if (!state.asked.has('tests')) return check('tests', title, 'inconclusive', notReached(state));
  if (tests.length === 0)
    return check(
      'tests',
      title,
      'inconclusive',
      'There are none. Name files of promtool tests in `monitoring.ruleTests`.',
    );
  return check('tests', title, 'pass', `${tests.length} ${tests.length === 1 ? 'file' : 'files'} of tests pass.`);
}

const ways = {
  scrape: (job: string) => `nothing fires when ${job} stops answering scrapes`,
  target: (job: string) => `nothing fires when ${job} is not known to Prometheus any more`,
  metric: () => 'nothing fires when its metric is not exported any more',
};

function gapsOf({ seenBy, job }: BlindnessEvidence): string[] {
  const shown = job === null ? 'its target' : `job ${job}`;
  return (['scrape', 'target'] as const).filter((way) => seenBy[way].length === 0).map((way) => ways[way](shown));
}

/** A renamed metric is listed too, though few have an alert for each: it is no reason against the rules as they are. */
function noBlindSpots(spots: readonly BlindnessEvidence[], state: State): Check {
  const title = 'Something fires when an alert’s series are gone';
  const blind = spots.flatMap((one) => gapsOf(one).map((gap) => `${one.rule}: ${gap}.`));
  const reason = state.notAsked.get('blind-spots');
  if (blind.length > 0) {
    const shown = blind.slice(0, 4).join(' ') + more(blind.length - 4);
    return check(
      'blind-spots',
      title,
      'inconclusive',
      `Needs review: ${shown} Alerts on \`up == 0\` and \`absent(up)\` would see it.`,
    );
  }
  if (reason !== undefined) return check('blind-spots', title, 'inconclusive', `Not looked at: ${reason}`);
  const of = state.asked.get('blind-spots');
  if (of === undefined) return check('blind-spots', title, 'inconclusive', notReached(state));
  if (of === 0) return check('blind-spots', title, 'inconclusive', 'There was no alert to look at.');
  return check('blind-spots', title, 'pass', `${spots.length} alerts, each with its target down and gone.`);
}

const kinds: Record<Finding['kind'], [string, Verdict | null]> = {
  wrong: ['wrong', 'fail'],
  review: ['needs review', 'inconclusive'],
  gap: ['not looked at', 'inconclusive'],
  note: ['could be better', null],
};

function findingsTable(findings: readonly Finding[]): Table[] {
  if (findings.length === 0) return [];
  const order = Object.keys(kinds);
  const sorted = [...findings].sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
  if (sorted.length <= rowsAtMost) return [tableOf('Findings', sorted)];
  // Of each kind the first: many of one must not keep another from being seen.
  const byKind = order.map((kind) => sorted.filter((one) => one.kind === kind)).filter(({ length }) => length > 0);
  return byKind.map((some) => {
    const [first] = some;
    const word = first === undefined ? '' : kinds[first.kind][0];
    return tableOf(`Findings: ${word}${partOf(some.length)}`, some.slice(0, rowsAtMost));
  });
}

const partOf = (all: number) => (all > rowsAtMost ? ` (${rowsAtMost} of ${all})` : '');

function tableOf(title: string, findings: readonly Finding[]): Table {
  const rows = findings.map((one) => [kinds[one.kind][0], `${one.file}:${one.line}`, one.what, one.todo]);
  return { title, head: ['', 'Where', 'What', 'What to do'], rows, figures: 0 };
}

function blindTable(spots: readonly BlindnessEvidence[]): Table[] {
  if (spots.length === 0) return [];
  const names = (some: readonly string[]) => (some.length === 0 ? 'nothing' : some.slice(0, 4).join(', '));
  const gaps = (one: BlindnessEvidence) => gapsOf(one).length;
  const rows = [...spots]
    .sort((one, other) => gaps(other) - gaps(one))
    .slice(0, rowsAtMost)
    .map(({ rule, seenBy }) => [rule, names(seenBy.scrape), names(seenBy.target), names(seenBy.metric)]);
  const head = ['Alert', 'Its target is down', 'Its target is gone', 'Its metric is gone'];
  return [{ title: `What fires when an alert’s series are gone${partOf(spots.length)}`, head, rows, figures: 0 }];
}

function named({ rule, file, line }: { rule: string; file: string; line: number }): string {
  return `${rule} (${file}:${line})`;
}
