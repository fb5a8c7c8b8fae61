import type { Gate } from '../domains/domain.ts';
import type { Results } from '../model/results.ts';
import type { ObjectiveResult } from '../model/verdict.ts';
import { interval, quantity, shortCount, target } from '../report-kit/format.ts';
import { xmlText } from '../report-kit/markup.ts';
import { shortened } from '../report-kit/text.ts';
import type { RunContent } from './content.ts';
import { gatesNotJudged } from './view/gates.ts';

const mostCases = 500;
const longestMessage = 1_000;

interface Suite {
  name: string;
  cases: string[];
  failures: number;
  errors: number;
  skipped: number;
  seconds: number;
}

const mostDetails = 10;
/** Of suites that domains add, over all of them. */
const mostOwnCases = 5_000;

function objectiveCase({ details }: RunContent, result: ObjectiveResult): string {
  const { objective, verdict } = result;
  const name = shortened(`${objective.title}${objective.route === undefined ? '' : ` ${objective.route}`}`, 200);
  const open = `    <testcase name="${xmlText(name)}" classname="shakedown.${objective.gate}" time="0"`;
  if (verdict === 'pass') return `${open}/>`;
  const element = verdict === 'fail' ? 'failure' : 'error';
  const figures = [
    `Required: ${result.words?.wanted ?? target(objective.comparison, objective.target, objective.unit)}`,
    `Observed: ${result.words?.observed ?? quantity(result.value, objective.unit, objective.target)}`,
    `Interval: ${interval(result.interval, objective.unit, objective.target)}`,
    `Samples: ${shortCount(result.samples)}`,
    ...details(result)
      .slice(0, mostDetails)
      .map((line) => shortened(line, 300)),
  ].join('\n');
  const message = xmlText(shortened(result.reason, longestMessage));
  return `${open}><${element} type="${verdict}" message="${message}">${xmlText(figures)}</${element}></testcase>`;
}

function noCases(name: string, seconds: number): Suite {
  return { name: shortened(name, 80), cases: [], failures: 0, errors: 0, skipped: 0, seconds };
}

function suites(results: Results, content: RunContent, declared: readonly Gate[]): Suite[] {
  const gates = new Map<string, Suite>();
  const suiteOf = (id: string, title: string) => {
    const suite = gates.get(id) ?? noCases(title, Math.max(0, results.run.coveredMs) / 1000);
    gates.set(id, suite);
    return suite;
  };
  for (const result of results.objectives.slice(0, mostCases)) {
    const id = result.objective.gate;
    const suite = suiteOf(id, results.gates.find((gate) => gate.id === id)?.title ?? id);
    suite.cases.push(objectiveCase(content, result));
    if (result.verdict === 'fail') suite.failures++;
    if (result.verdict === 'inconclusive') suite.errors++;
  }
  for (const { id, title } of gatesNotJudged(results, declared)) {
    const suite = suiteOf(id, title);
    suite.cases.push(
      `    <testcase name="${xmlText(shortened(title, 80))}" classname="shakedown.${xmlText(id)}" time="0">` +
        '<skipped message="Required by the policy, but not judged by this command, so not passed either."/></testcase>',
    );
    suite.skipped++;
  }
  return [...gates.values(), ...ownSuites(content)];
}

/** Those that domains add, such as scenarios by browser. */
function ownSuites({ suites: own }: RunContent): Suite[] {
  let left = mostOwnCases;
  return own.map(({ name, gate, cases }) => {
    const shown = cases.slice(0, left);
    left -= shown.length;
    const suite = noCases(name, shown.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000);
    for (const { name: title, durationMs, outcome, message, detail } of shown) {
      const open = `    <testcase name="${xmlText(shortened(title, 200))}" classname="shakedown.${xmlText(gate)}" time="${(durationMs / 1000).toFixed(3)}"`;
      const said = xmlText(shortened(message, longestMessage));
      if (outcome === 'failed') suite.failures++;
      if (outcome === 'error') suite.errors++;
      if (outcome === 'skipped') suite.skipped++;
      const element = outcome === 'failed' ? 'failure' : 'error';
      suite.cases.push(
        outcome === 'passed'
          ? `${open}/>`
          : outcome === 'skipped'
            ? `${open}><skipped message="${said}"/></testcase>`
            : `${open}><${element} type="${outcome}" message="${said}">${xmlText(shortened(detail, longestMessage))}</${element}></testcase>`,
      );
    }
    return suite;
  });
}

/**
 * `junit.xml`: a suite a gate, an objective a test case. A failed objective is a `failure`. An inconclusive one is an
 * `error`, not `skipped`: GitLab, Jenkins and the GitHub reporters let skipped cases pass, and nothing here passes by
 * silence; `error` turns the build red and still differs from a failure. A gate that the policy wants and the command did not judge is `skipped`.
 * Valid for the Ant schema (windyroad) and for Jenkins' junit-10, which differ in what they require.
 *
 * @param results already through `readableResults`
 */
export function junitXml(results: Results, content: RunContent, declared: readonly Gate[]): string {
  const start = new Date(Date.parse(results.run.startedAt) || 0).toISOString().slice(0, 19);
  const properties = [
    ['verdict', results.word],
    ['candidate', `${results.candidate.name} ${results.candidate.version}`],
    ['environment', results.environment.name],
    ...content.properties,
    ['run', results.run.id],
  ]
    .map(([name = '', value = '']) => `<property name="${xmlText(name)}" value="${xmlText(shortened(value, 200))}"/>`)
    .join('');
  const body = suites(results, content, declared).map(
    (suite, index) =>
      `  <testsuite id="${index}" package="shakedown" name="${xmlText(suite.name) || 'gate'}" timestamp="${start}" hostname="localhost"` +
      ` tests="${suite.cases.length}" failures="${suite.failures}" errors="${suite.errors}" skipped="${suite.skipped}" time="${suite.seconds.toFixed(3)}">\n` +
      `    <properties>${properties}</properties>\n${suite.cases.join('\n')}\n` +
      `    <system-out>${xmlText(`${results.word}: ${results.sentence}`)}</system-out>\n    <system-err/>\n  </testsuite>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${body.join('')}</testsuites>\n`;
}
