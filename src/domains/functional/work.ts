import { join } from 'node:path';
import { inSentence, withFullStop } from '../../gate/words.ts';
import { ShakedownError } from '../../model/error.ts';
import { count } from '../../report-kit/format.ts';
import type { Coverage, Judged, PartWork, Table } from '../part.ts';
import { type ValidationContext, validationWork } from '../validation.ts';
import { sampleSuite } from './sample-suites.ts';
import type { SuiteKind, SuiteSettings } from './settings.ts';
import { type SuiteEvidence, suiteEvidence } from './suite/evidence.ts';
import { judgeSuite, testsOf } from './suite/judge.ts';
import { runSuite, slugOf } from './suite/run.ts';

const mostRows = 100;

/** Runs the suites of one kind, and judges them. */
export function suitesWork(kind: SuiteKind, title: string): PartWork<ValidationContext> {
  return validationWork<SuiteEvidence>({
    evidence: suiteEvidence,
    run: (context) => run(kind, title, context),
    judge: (evidence) => judge(evidence.map(({ data }) => data)),
  });
}

async function run(kind: SuiteKind, title: string, context: ValidationContext): Promise<void> {
  const suites = await suitesOf(kind, context);
  if (suites.length === 0) {
    throw new ShakedownError('NOT_CONFIGURED', `No ${inSentence(title)} are configured.`, {
      hint: `Add a suite of kind ${kind} to functional.suites.`,
    });
  }
  for (const suite of suites) {
    context.signal.throwIfAborted();
    const target = suite.needsTarget ? await context.target() : null;
    context.phase(`${suite.name}: running`);
    const evidence = await runSuite({
      suite,
      baseUrl: target?.baseUrl ?? null,
      folder: join(context.folder, slugOf(suite.kind, suite.name)),
      historyFolder: join(context.config.baselines.folder, 'functional'),
      version: context.config.version,
      signal: context.signal,
    });
    context.record(evidence);
    const { counts } = evidence;
    const failed = counts.failed === 0 ? '' : `, ${count(counts.failed)} failed`;
    context.mark({
      text: `${suite.name}: ${count(counts.passed)} of ${count(testsOf(evidence))} tests passed${failed}`,
      kind: counts.failed === 0 && evidence.end.how === 'ended' ? 'info' : 'trouble',
    });
  }
}

/** Those that are configured; where the sample system is the target and none are, its own. */
async function suitesOf(kind: SuiteKind, { config, teardown }: ValidationContext): Promise<readonly SuiteSettings[]> {
  const { suites } = config.functional;
  const { sample } = config.target;
  if (suites.length === 0 && sample !== null) return [await sampleSuite(sample, kind, teardown)];
  return suites.filter((suite) => suite.kind === kind);
}

/** Without an earlier run it is not known which failures are new. */
function newFailures(suites: readonly SuiteEvidence[]): string {
  const open = suites.filter(({ counts, before }) => counts.failed > 0 && (before === null || before.error !== null));
  if (open.length === 0) return count(suites.reduce((total, { counts }) => total + counts.newFailed, 0));
  const known = suites.filter((suite) => suite.before !== null && suite.before.error === null);
  const words = open.some(({ before }) => before !== null) ? 'no earlier run that can be read' : 'no earlier run';
  if (known.length === 0) return `unknown, ${words}`;
  const sum = known.reduce((total, { counts }) => total + counts.newFailed, 0);
  return `${count(sum)}; of ${open.map(({ name }) => name).join(', ')} unknown, ${words}`;
}

/** What the suites of one kind come to. */
export function judge(suites: readonly SuiteEvidence[]): Judged {
  const sum = (of: (suite: SuiteEvidence) => number) => suites.reduce((total, suite) => total + of(suite), 0);
  const figures = [
    { name: 'Tests', value: count(sum(testsOf)) },
    { name: 'Passed', value: count(sum(({ counts }) => counts.passed)) },
    { name: 'Failed', value: count(sum(({ counts }) => counts.failed)) },
    { name: 'Failed now and not before', value: newFailures(suites) },
    { name: 'Passed only when tried again', value: count(sum(({ counts }) => counts.flaky)) },
    { name: 'Skipped or to be done', value: count(sum(({ counts }) => counts.skipped + counts.todo)) },
    { name: 'Not run', value: count(sum(({ counts, vanished }) => counts.notRun + vanished.total)) },
  ];
  return {
    checks: suites.flatMap(judgeSuite),
    figures,
    tables: [suitesTable(suites), ...notPassedTable(suites)],
    coverage: suites.flatMap(coverageOf),
    tally: {
      good: sum(({ counts }) => counts.passed),
      all: sum(({ counts: { passed, failed, flaky } }) => passed + failed + flaky),
    },
  };
}

function suitesTable(suites: readonly SuiteEvidence[]): Table {
  return {
    title: 'Suites',
    head: ['Suite', 'Result files', 'Compared with', 'Remarks', 'Tests', 'Passed', 'Seconds'],
    rows: suites.map((suite) => {
      const { name, files, before, notes, gone, counts, durationMs } = suite;
      const paths = files.map(({ path, format }) => `${path} (${format ?? 'unknown'})`);
      const unused = gone.filter(({ tests }) => tests === 0).map(({ test }) => `${test} under \`gone\` fits no test`);
      return [
        name,
        paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(', ') || 'none',
        before === null || before.error !== null ? 'no earlier run' : `${before.version} of ${before.at.slice(0, 10)}`,
        [...notes.slice(0, 3), ...unused].join(' '),
        count(testsOf(suite)),
        count(counts.passed),
        (durationMs / 1000).toFixed(1),
      ];
    }),
    figures: 3,
  };
}

const stateWords = {
  failed: 'failed',
  flaky: 'flaky',
  skipped: 'skipped',
  todo: 'to be done',
  notRun: 'not run',
  passed: 'passed',
};
const beforeWords = { passed: 'passed', failed: 'failed', other: 'was not run', new: 'was not there' };

function notPassedTable(suites: readonly SuiteEvidence[]): Table[] {
  const rows = suites.flatMap(({ name, notPassed, vanished }) => [
    ...notPassed.map(({ id, state, message, before, attempts }) => [
      name,
      id,
      attempts > 1 ? `${stateWords[state]}, ${attempts} tries` : stateWords[state],
      before === null ? 'unknown' : beforeWords[before],
      message.split('\n')[0] ?? '',
    ]),
    ...vanished.listed.map((id) => [name, id, 'not run', 'was there', 'It is not in the results of this run.']),
  ]);
  if (rows.length === 0) return [];
  const more = rows.length > mostRows ? `, the first ${mostRows} of ${rows.length}` : '';
  return [
    {
      title: `Tests that did not pass${more}`,
      head: ['Suite', 'Test', 'State', 'Last passing run', 'What it says'],
      rows: rows.slice(0, mostRows),
      figures: 0,
    },
  ];
}

function coverageOf({ name, coverage }: SuiteEvidence): Coverage[] {
  if (coverage === null) return [];
  const { error, covered, total, notCovered, absent, excluded, faults } = coverage;
  const gaps = [
    ...(error === null ? [] : [withFullStop(`The coverage cannot be read: ${error}`)]),
    ...faults,
    ...absent.map((file) => `${file} is not in the coverage; its lines are in no count`),
    ...notCovered.map((file) => `${file}: no line was run`),
    ...excluded.map(
      ({ files, reason, lines, count: of }) => `${files} (${of} files, ${lines} lines) is not counted: ${reason}`,
    ),
  ];
  return [{ of: `lines run by ${name}`, covered, total, gaps }];
}
