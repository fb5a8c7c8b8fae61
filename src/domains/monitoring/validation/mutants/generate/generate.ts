import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { durationMs, durationText } from '../../promql/duration.ts';
import type { Rule } from '../../rules/model.ts';
import type { Known, ParsedRule } from '../../rules/parsed.ts';
import { type GotAlerts, gotAlerts } from '../../rules/promtool/output.ts';
import { ruleFileText } from '../../rules/promtool/rule-file-text.ts';
import { type RunOptions, type TestFile, type TestGroup, testWritten } from '../../rules/promtool/run.ts';
import { type Scenario, scenariosOf } from './scenarios.ts';
import { type Found, search } from './search.ts';
import { type World, worldOf } from './world.ts';

export interface Generated {
  readonly rule: Rule;
  /** The alert, and what records the metrics that it reads; the tests name their file `rules.yml`. */
  readonly rules: readonly Rule[];
  readonly tests: TestFile;
}

export type Generation = Generated | { readonly rule: Rule; readonly reason: string };

export const ruleFileName = 'rules.yml';
const momentsAtMost = 14;
const printedAtMost = 700_000;

/**
 * Makes promtool's unit tests of an alert: values at which it just fires and just does not are looked for, and what promtool then says is written down as
 * expected. Such tests show that a rule was changed; they never show that it is right.
 * @param options its folder is for files in between
 */
export async function generateTests(parsed: ParsedRule, known: Known, options: RunOptions): Promise<Generation> {
  const { rule } = parsed;
  let found: Found | null = null;
  let world: World | null = null;
  for (const alike of [false, true]) {
    world = worldOf(parsed, known, alike);
    if (world === null) return { rule, reason: 'no labels were found that its matchers accept' };
    found = await search(parsed, world, options);
    if (found !== null) break;
  }
  if (found === null || world === null) return { rule, reason: 'no values were found with which it fires' };
  const rules = [...world.records.map((one) => one.rule), rule];
  await writeFile(join(options.folder, ruleFileName), ruleFileText([{ name: 'rules', intervalMs: null, rules }]));
  const scenarios = scenariosOf(world, found, rule.forMs);
  const tests = fileOf(world, await testsOf(rule, world, scenarios, options));
  const fires = tests.tests.some((one) => one.alert_rule_test?.some(({ exp_alerts }) => exp_alerts.length > 0));
  if (!fires) return { rule, reason: 'it did not fire in any course of events that was tried' };
  return { rule, rules, tests };
}

/** Tests at the steps at which something changes, with what promtool says of them; it is asked about every step. */
async function testsOf(
  rule: Rule,
  world: World,
  scenarios: readonly Scenario[],
  options: RunOptions,
): Promise<TestGroup[]> {
  const perStep = 250 + JSON.stringify([rule.labels, rule.annotations]).length;
  const longest = Math.max(1, ...scenarios.map(({ steps }) => steps));
  const every = Math.max(1, Math.ceil((longest * perStep) / printedAtMost));
  const atOnce = Math.max(1, Math.floor((printedAtMost * every) / (perStep * longest)));
  const tests: TestGroup[] = [];
  for (let from = 0; from < scenarios.length; from += atOnce) {
    const some = scenarios.slice(from, from + atOnce);
    const asked = some.map((scenario) => {
      const steps = Array.from({ length: Math.floor(scenario.steps / every) + 1 }, (_, step) => step * every);
      return groupOf(rule, world, scenario, [...new Set([...steps, ...scenario.turns, scenario.steps])]);
    });
    const got = await alertsGot(asked, world, options);
    some.forEach((scenario, index) => {
      const fired = new Map((got[index] ?? []).map(({ time, alerts }) => [durationMs(time), alerts]));
      const at = (step: number) => fired.get(step * world.stepMs) ?? [];
      const { alert_rule_test = [], ...group } = groupOf(rule, world, scenario, turning(fired, scenario, world.stepMs));
      tests.push({
        ...group,
        alert_rule_test: alert_rule_test.map((one) => ({
          ...one,
          exp_alerts: at((durationMs(one.eval_time) ?? 0) / world.stepMs).map(({ labels, annotations }) => {
            const { alertname: _, ...exp_labels } = labels;
            return { exp_labels, exp_annotations: annotations };
          }),
        })),
      });
    });
  }
  return tests;
}

/** The last step of each state and the first of the next, with the turns of the course itself. */
function turning(
  fired: ReadonlyMap<number | null, GotAlerts['alerts']>,
  { steps, turns }: Scenario,
  stepMs: number,
): number[] {
  const states = [...fired]
    .map(([ms, alerts]) => ({
      step: Math.round((ms ?? 0) / stepMs),
      who: JSON.stringify(alerts.map((one) => one.labels)),
    }))
    .sort((one, other) => one.step - other.step);
  const chosen = new Set<number>([...turns, steps]);
  states.forEach(({ step, who }, index) => {
    const next = states[index + 1];
    if (next === undefined || who === next.who || chosen.size >= momentsAtMost) return;
    chosen.add(step);
    chosen.add(next.step);
  });
  return [...chosen].sort((one, other) => one - other);
}

function groupOf(rule: Rule, world: World, scenario: Scenario, steps: readonly number[]): TestGroup {
  return {
    interval: durationText(world.stepMs),
    input_series: scenario.series,
    alert_rule_test: steps.map((step) => ({
      eval_time: durationText(step * world.stepMs),
      alertname: rule.name,
      exp_alerts: [{ exp_labels: { none: 'such' }, exp_annotations: {} }],
    })),
  };
}

/** What fired at each moment of each test. promtool names no test, but says all in order, and here each moment fails. */
async function alertsGot(groups: readonly TestGroup[], world: World, options: RunOptions): Promise<GotAlerts[][]> {
  const ask = async (some: readonly TestGroup[]) =>
    gotAlerts((await testWritten('expected.test.json', fileOf(world, some), options)).output);
  const all = await ask(groups);
  const counts = groups.map(({ alert_rule_test }) => alert_rule_test?.length ?? 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (all.length === total) {
    const rest = [...all];
    return counts.map((count) => rest.splice(0, count));
  }
  const got: GotAlerts[][] = [];
  for (const group of groups) got.push(await ask([group]));
  return got;
}

function fileOf({ stepMs }: World, tests: readonly TestGroup[]): TestFile {
  return { rule_files: [ruleFileName], evaluation_interval: durationText(stepMs), tests };
}

/** Writes tests with their rules into a folder, for people and for promtool; the path of the tests. */
export async function writeGenerated({ rule, rules, tests }: Generated, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, ruleFileName), ruleFileText([{ name: 'rules', intervalMs: null, rules }]));
  const about = [
    `Generated tests of ${rule.name}: they write down what the rule does today, so that a change of it is seen.`,
    'They do not show that it is right. Read them before you keep them.',
  ];
  const path = join(folder, 'tests.yml');
  await writeFile(path, `${about.map((line) => `# ${line}\n`).join('')}${stringify(tests, { lineWidth: 0 })}`);
  return path;
}
