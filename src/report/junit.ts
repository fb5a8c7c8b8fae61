import { changeOf, worstComparisons } from '../domains/load/view/regression.ts';
import { worstTrends } from '../domains/monitoring/view/drift.ts';
import type { FlatResults } from '../model/results.ts';
import type { GateId, ObjectiveResult } from '../model/verdict.ts';
import { interval, quantity, shortCount, target } from '../report-kit/format.ts';
import { shortened } from '../report-kit/text.ts';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
/** Text for XML. */
export const escaped = (text: string) => text.replace(/[&<>"']/g, (found) => escapes[found] ?? '');

const mostCases = 500;
const longestMessage = 1_000;

interface Suite {
  name: string;
  cases: string[];
  failures: number;
  errors: number;
  skipped: number;
}

const mostDetails = 10;

/** What is behind a figure that counts series or comparisons: those that failed, by name. */
function detailsOf(results: FlatResults, { objective, verdict }: ObjectiveResult): string[] {
  const own = <T extends { verdict: string }>(all: readonly T[]) => all.filter((one) => one.verdict === verdict);
  switch (objective.metric) {
    case 'drift':
      return own(worstTrends(results)).map(({ sentence }) => sentence);
    case 'regression':
      return own(worstComparisons(results)).map(
        (comparison) =>
          `${comparison.subject} ${comparison.statistic}: ${changeOf(comparison, comparison.change)}. ${comparison.reason}`,
      );
    case 'capacity':
      return results.capacity === undefined ? [] : [results.capacity.sentence];
    default:
      return [];
  }
}

function objectiveCase(results: FlatResults, result: ObjectiveResult): string {
  const { objective, verdict } = result;
  const name = shortened(`${objective.title}${objective.route === undefined ? '' : ` ${objective.route}`}`, 200);
  const open = `    <testcase name="${escaped(name)}" classname="shakedown.${objective.gate}" time="0"`;
  if (verdict === 'pass') return `${open}/>`;
  const element = verdict === 'fail' ? 'failure' : 'error';
  const figures = [
    `Required: ${target(objective.comparison, objective.target, objective.unit)}`,
    `Observed: ${quantity(result.value, objective.unit, objective.target)}`,
    `Interval: ${interval(result.interval, objective.unit, objective.target)}`,
    `Samples: ${shortCount(result.samples)}`,
    ...detailsOf(results, result)
      .slice(0, mostDetails)
      .map((line) => shortened(line, 300)),
  ].join('\n');
  const message = escaped(shortened(result.reason, longestMessage));
  return `${open}><${element} type="${verdict}" message="${message}">${escaped(figures)}</${element}></testcase>`;
}

function suites(results: FlatResults): Suite[] {
  const gates = new Map<GateId, Suite>();
  const suiteOf = (id: GateId) => {
    const title = results.gates.find((gate) => gate.id === id)?.title ?? id;
    const suite = gates.get(id) ?? { name: shortened(title, 80), cases: [], failures: 0, errors: 0, skipped: 0 };
    gates.set(id, suite);
    return suite;
  };
  for (const result of results.objectives.slice(0, mostCases)) {
    const suite = suiteOf(result.objective.gate);
    suite.cases.push(objectiveCase(results, result));
    if (result.verdict === 'fail') suite.failures++;
    if (result.verdict === 'inconclusive') suite.errors++;
  }
  for (const gate of results.gates) {
    if (gate.verdict !== 'not run') continue;
    const suite = suiteOf(gate.id);
    suite.cases.push(
      `    <testcase name="${escaped(shortened(gate.title, 80))}" classname="shakedown.${gate.id}" time="0">` +
        '<skipped message="Not run by this command, so not passed either."/></testcase>',
    );
    suite.skipped++;
  }
  return [...gates.values()];
}

/**
 * `junit.xml`: a suite a gate, an objective a test case. A failed objective is a `failure`. An inconclusive one is an
 * `error`, not `skipped`: GitLab, Jenkins and the GitHub reporters let skipped cases pass, and nothing here passes by
 * silence; `error` turns the build red and is still told apart from a failure. A gate that was not run is `skipped`.
 * Valid for the Ant schema (windyroad) and for Jenkins' junit-10, which differ in what they require.
 *
 * @param results already through `readableResults`
 */
export function junitXml(results: FlatResults): string {
  const start = new Date(Date.parse(results.run.startedAt) || 0).toISOString().slice(0, 19);
  const seconds = (Math.max(0, results.run.coveredMs) / 1000).toFixed(3);
  const properties = [
    ['verdict', results.word],
    ['candidate', `${results.candidate.name} ${results.candidate.version}`],
    ['environment', results.environment.name],
    ['engine', `${results.engine.name} ${results.engine.version}`],
    ['run', results.run.id],
  ]
    .map(([name = '', value = '']) => `<property name="${name}" value="${escaped(shortened(value, 200))}"/>`)
    .join('');
  const body = suites(results).map(
    (suite, index) =>
      `  <testsuite id="${index}" package="shakedown" name="${escaped(suite.name) || 'gate'}" timestamp="${start}" hostname="localhost"` +
      ` tests="${suite.cases.length}" failures="${suite.failures}" errors="${suite.errors}" skipped="${suite.skipped}" time="${seconds}">\n` +
      `    <properties>${properties}</properties>\n${suite.cases.join('\n')}\n` +
      `    <system-out>${escaped(`${results.word}: ${results.sentence}`)}</system-out>\n    <system-err/>\n  </testsuite>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${body.join('')}</testsuites>\n`;
}
