import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { ShakedownError } from '../../../../model/error.ts';
import type { PartContext } from '../part.ts';
import { findBlindSpots } from './blind-spots/find.ts';
import { checkStatically, staticChecks } from './checks/every.ts';
import type { Evidence } from './evidence.ts';
import { compareLoaded, findAbsentSeries, LivePrometheus, scrapeIntervalsOf } from './live.ts';
import { type RuleFile, rulesOf } from './model.ts';
import type { Known, ScrapeIntervals } from './parsed.ts';
import { findSyntaxErrors } from './promtool/check.ts';
import { findPromtool, type Promtool } from './promtool/find.ts';
import { testRules } from './promtool/run.ts';
import { readRules } from './readers/read.ts';
import { readRuleTests } from './tests.ts';

type Context = PartContext<Evidence>;

const liveChecks = ['loaded', 'absent-series'];

/** Reads the rules, asks what their text answers, then promtool, then the Prometheus that runs. */
export async function run(context: Context): Promise<void> {
  const { monitoring, record, phase } = context;
  if (monitoring.rules.length === 0) {
    const hint = 'Name rule files or folders in `monitoring.rules`.';
    throw new ShakedownError('RULES_NONE', 'The configuration names no rules, so none were looked at.', { hint });
  }
  phase('Rules are read and checked by their text.');
  const name = (path: string) => relative(process.cwd(), path) || path;
  const paths = new Map<string, string>();
  const files = await readRules(monitoring.rules, (path) => {
    paths.set(name(path), path);
    return name(path);
  });
  for (const file of files) record(fileEvidence(file));
  const live = await liveOf(context);
  const { known, findings } = checkStatically(files, {
    requiredLabels: monitoring.required.labels,
    requiredAnnotations: monitoring.required.annotations,
    scrape: await scrapeOf(context, live),
  });
  for (const finding of findings) record({ kind: 'finding', finding });
  const rules = rulesOf(files);
  const of = { rule: rules.length, alert: rules.filter(({ kind }) => kind === 'alert').length };
  const slos = files.reduce((sum, file) => sum + file.slos.length, 0);
  for (const { id, looksAt } of staticChecks)
    record({ kind: 'asked', checks: [id], of: looksAt === 'objective' ? slos : of[looksAt] });
  await byPromtool(context, files, known, (file) => paths.get(file) ?? file);
  await byPrometheus(context, live, files, known);
}

function fileEvidence({ file, formats, groups, slos }: RuleFile): Evidence {
  const rules = rulesOf([{ groups }]);
  const alerts = rules.filter(({ kind }) => kind === 'alert').length;
  return { kind: 'file', file, formats: [...formats], alerts, records: rules.length - alerts, slos: slos.length };
}

/** The user's own, or over the sample system ours; null: there is none. */
async function liveOf({ monitoring, config, stack }: Context): Promise<LivePrometheus | null> {
  if (monitoring.prometheus !== null) return new LivePrometheus(monitoring.prometheus);
  return config.target.sample === null ? null : new LivePrometheus((await stack()).prometheus);
}

/** How often is scraped: as the configuration says that runs, or the file; else as seldom as is allowed. */
async function scrapeOf({ monitoring }: Context, live: LivePrometheus | null): Promise<ScrapeIntervals> {
  const unknown = { byJobMs: new Map(), otherMs: monitoring.required.scrapeIntervalS * 1000, isKnown: false };
  const file = monitoring.prometheus?.configFile;
  try {
    if (file != null) return scrapeIntervalsOf(await readFile(file, 'utf8'));
    return live === null ? unknown : await live.scrapeIntervals();
  } catch {
    return unknown;
  }
}

async function byPromtool(
  context: Context,
  files: readonly RuleFile[],
  known: Known,
  pathOf: (file: string) => string,
) {
  const { record, phase, folder, signal, monitoring } = context;
  let promtool: Promtool;
  try {
    promtool = await findPromtool(process.env, signal);
  } catch (error) {
    if (!(error instanceof ShakedownError)) throw error;
    record({
      kind: 'not-asked',
      checks: ['promtool', 'tests', 'blind-spots'],
      reason: `${error.message} ${error.hint}`,
    });
    return;
  }
  record({ kind: 'program', name: 'promtool', version: promtool.version });
  const options = { promtool, folder, signal };
  const errors = await findSyntaxErrors(files, pathOf, options);
  for (const finding of errors) record({ kind: 'finding', finding: { ...finding, check: 'promtool' } });
  record({ kind: 'asked', checks: ['promtool'], of: rulesOf(files).length });

  const tests = await readRuleTests(monitoring.ruleTests);
  for (const one of tests) {
    const { passed, output } = await testRules(one.file, options);
    record({ kind: 'tests', file: relative(process.cwd(), one.file), passed, said: output.trim().slice(0, 2000) });
  }
  for (const { rule } of known.rules) {
    if (rule.kind !== 'alert') continue;
    const tested = tests.some(({ alerts }) => alerts.has(rule.name));
    record({ kind: 'alert', rule: rule.name, ...rule.place, tested });
  }
  record({ kind: 'asked', checks: ['tests'], of: tests.length });
  if (errors.length > 0) {
    record({ kind: 'not-asked', checks: ['blind-spots'], reason: 'The rules cannot be loaded as they are.' });
    return;
  }
  phase('The series of each alert are taken away.');
  await blindSpots(context, known, options);
}

async function blindSpots({ record }: Context, known: Known, options: Parameters<typeof findBlindSpots>[1]) {
  try {
    const { spots, leftOut } = await findBlindSpots(known, options);
    for (const { rule, job, seenBy } of spots) {
      const { scrape, target, metric } = seenBy;
      const seen = { scrape: [...scrape], target: [...target], metric: [...metric] };
      record({ kind: 'blindness', rule: rule.name, ...rule.place, job, seenBy: seen });
    }
    if (leftOut === 0) record({ kind: 'asked', checks: ['blind-spots'], of: spots.length });
    else {
      const reason = `${leftOut} alerts were left out, as there are too many or promtool could not evaluate them.`;
      record({ kind: 'not-asked', checks: ['blind-spots'], reason });
    }
  } catch (error) {
    if (!(error instanceof ShakedownError)) throw error;
    record({ kind: 'not-asked', checks: ['blind-spots'], reason: error.message });
  }
}

async function byPrometheus(
  { record, phase }: Context,
  live: LivePrometheus | null,
  files: readonly RuleFile[],
  known: Known,
) {
  if (live === null) {
    const reason = 'The configuration names no Prometheus that could be asked.';
    record({ kind: 'not-asked', checks: liveChecks, reason });
    return;
  }
  phase('Prometheus is asked what it runs.');
  const slos = files.flatMap((file) => file.slos);
  const questions = {
    loaded: () => compareLoaded(live, files, known),
    'absent-series': () => findAbsentSeries(live, slos, known),
  };
  for (const [check, question] of Object.entries(questions)) {
    try {
      for (const finding of await question()) record({ kind: 'finding', finding });
      record({ kind: 'asked', checks: [check], of: known.rules.length });
    } catch (error) {
      record({
        kind: 'not-asked',
        checks: [check],
        reason: `Prometheus could not be asked: ${(error as Error).message.slice(0, 200)}.`,
      });
    }
  }
}
