import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { ShakedownError } from '../../../../model/error.ts';
import { readAlertmanager } from '../alertmanager/read.ts';
import type { PartContext } from '../part.ts';
import { findBlindSpots } from '../rules/blind-spots/find.ts';
import { checkStatically } from '../rules/checks/every.ts';
import type { RuleFile } from '../rules/model.ts';
import type { Known, ParsedRule } from '../rules/parsed.ts';
import { findPromtool } from '../rules/promtool/find.ts';
import type { RunOptions } from '../rules/promtool/run.ts';
import { readRules } from '../rules/readers/read.ts';
import { readRuleTests } from '../rules/tests.ts';
import { recordsFor } from '../rules/uses.ts';
import type { Evidence } from './evidence.ts';
import { type Generated, generateTests, writeGenerated } from './generate/generate.ts';
import { spanOf } from './generate/uses.ts';
import type { Mutant } from './mutant.ts';
import { mutantsOf } from './operators/mutate.ts';
import { alertsOf } from './routes/alerts.ts';
import { whyEquivalent } from './routes/equivalent.ts';
import { routeMutants } from './routes/mutate.ts';
import { caughtBy, disagreements } from './routes/try.ts';
import { tryGenerated } from './try.ts';
import { readUserTests, tryUserTests, type UserTests } from './user-tests.ts';

type Context = PartContext<Evidence>;

/** Two of promtool keep a small machine busy; they share its processors, as threads that wait for each other only cost. */
const workers = 2;
const processorsOfEach = Math.max(1, Math.floor(availableParallelism() / workers));

/** Spoils every rule in every way and sees whether a test fails. */
export async function run(context: Context): Promise<void> {
  const { monitoring, record, phase, folder, signal } = context;
  if (monitoring.rules.length === 0) {
    const hint = 'Name rule files or folders in `monitoring.rules`.';
    throw new ShakedownError('RULES_NONE', 'The configuration names no rules, so none were spoiled.', { hint });
  }
  const promtool = await findPromtool(process.env, signal);
  record({ kind: 'program', name: 'promtool', version: promtool.version });
  const paths = new Map<string, string>();
  const name = (path: string) => relative(process.cwd(), path) || path;
  const files = await readRules(monitoring.rules, (path) => {
    paths.set(name(path), path);
    return name(path);
  });
  const { known } = checkStatically(files, {
    requiredLabels: [],
    requiredAnnotations: [],
    scrape: { byJobMs: new Map(), otherMs: 15_000, isKnown: false },
  });
  const options = { promtool, folder, signal, timeoutMs: 300_000, processors: processorsOfEach };
  const set: RuleSet = { files, known, pathOf: (file) => paths.get(file) ?? file, options };
  phase('Tests are generated for each alert.');
  const generated = await generateAll(context, set);
  phase('Rules are spoiled, one thing at a time, and their tests run.');
  const tests = await readUserTests((await readRuleTests(monitoring.ruleTests)).map(({ file }) => file));
  await spoilRules(context, set, tests, generated);
  phase('Scrapes are stopped.');
  await stopScrapes(context, set);
  await spoilRoutes(context, set);
}

/** Routes are judged by what becomes of the alerts of these rules: whom they reach, with which others, and what holds them back. */
async function spoilRoutes({ monitoring, record, phase, signal }: Context, { known }: RuleSet): Promise<void> {
  const file = monitoring.files.alertmanager;
  if (file === null) {
    const reason = 'The configuration names no file of Alertmanager’s in `monitoring.alertmanager.configFile`.';
    record({ kind: 'not-looked-at', what: 'mutants of routes', reason });
    return;
  }
  phase('Routes are spoiled.');
  const model = readAlertmanager(file);
  const alerts = alertsOf(known, model);
  const wrong = await disagreements(file, model, alerts, signal);
  if (wrong === null) record({ kind: 'not-looked-at', what: 'routes by amtool', reason: 'There is no amtool to ask.' });
  else
    record({
      kind: 'unmutated',
      of: wrong.length === 0 ? 'routes' : `routes: ${wrong[0]}`,
      tests: 'generated',
      passed: wrong.length === 0,
    });
  const place = { file: relative(process.cwd(), file) || file, line: 1 };
  for (const mutant of routeMutants(model)) {
    const { operator, at, what } = mutant;
    const by = caughtBy(mutant, model, alerts);
    const equivalent = by === null ? whyEquivalent(mutant, model, known) : null;
    const fate = by !== null ? 'generated' : equivalent !== null ? 'equivalent' : 'survived';
    const because = by ?? equivalent ?? 'it makes no difference to any alert of these rules';
    record({ kind: 'mutant', operator, of: at, ...place, what, fate, because });
  }
}

interface RuleSet {
  readonly files: readonly RuleFile[];
  readonly known: Known;
  pathOf(file: string): string;
  readonly options: RunOptions;
}

/** Does something for each with a few at once, each worker in a folder of its own, as files of one name lie in it. */
async function withWorkers<T>(
  all: readonly T[],
  options: RunOptions,
  work: (one: T, options: RunOptions) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      const folder = join(options.folder, `worker-${worker + 1}`);
      await mkdir(folder, { recursive: true });
      for (;;) {
        options.signal?.throwIfAborted();
        const one = all[next++];
        if (one === undefined) break;
        await work(one, { ...options, folder });
      }
      // Copies are no evidence: each is made anew from the rules and the change that is recorded.
      await rm(folder, { recursive: true, force: true });
    }),
  );
}

/** Rules that look back the longest take the longest; begun last, one worker would wait for the other. */
function longestFirst(rules: readonly ParsedRule[]): ParsedRule[] {
  const back = new Map(rules.map((one) => [one, spanOf([one]).longestMs]));
  return [...rules].sort((one, other) => (back.get(other) ?? 0) - (back.get(one) ?? 0));
}

async function generateAll(
  { record, folder }: Context,
  { known, options }: RuleSet,
): Promise<Map<ParsedRule, Generated>> {
  const made = new Map<ParsedRule, Generated>();
  const alerts = known.rules.filter(({ rule }) => rule.kind === 'alert');
  await withWorkers(longestFirst(alerts), options, async (one, own) => {
    const { rule } = one;
    const place = { rule: rule.name, ...rule.place };
    try {
      const generation = await generateTests(one, known, own);
      if ('reason' in generation) record({ kind: 'not-generated', ...place, reason: generation.reason });
      else {
        const at = alerts.indexOf(one) + 1;
        const path = await writeGenerated(
          generation,
          join(folder, 'generated', `${at}-${rule.name.replace(/[^\w-]+/g, '-')}`),
        );
        made.set(one, generation);
        const tests = generation.tests.tests.length;
        record({ kind: 'generated', ...place, path: relative(join(folder, '..', '..', '..'), path), tests });
      }
    } catch (error) {
      if (!(error instanceof ShakedownError)) throw error;
      record({ kind: 'not-generated', ...place, reason: error.message });
    }
  });
  return made;
}

async function spoilRules(
  context: Context,
  set: RuleSet,
  tests: readonly UserTests[],
  generated: ReadonlyMap<ParsedRule, Generated>,
): Promise<void> {
  const { record } = context;
  const { known, options } = set;
  await withWorkers(longestFirst(known.rules), options, async (one, own) => {
    try {
      await spoilRule(context, set, tests, generated, one, own);
    } catch (error) {
      if (!(error instanceof ShakedownError)) throw error;
      record({ kind: 'not-looked-at', what: `mutants of ${one.rule.name}`, reason: error.message });
    }
  });
}

async function spoilRule(
  context: Context,
  set: RuleSet,
  tests: readonly UserTests[],
  generated: ReadonlyMap<ParsedRule, Generated>,
  one: ParsedRule,
  own: RunOptions,
): Promise<void> {
  const { record } = context;
  const all = mutantsOf(one, set.known);
  const tried = all.filter(({ equivalent }) => equivalent === null);
  for (const mutant of all.filter(({ equivalent }) => equivalent !== null))
    record(asEvidence(mutant, 'equivalent', mutant.equivalent));
  const byUser = await tryUserTests(tests, one.rule, tried, set, own);
  if (byUser !== null) record({ kind: 'unmutated', of: one.rule.name, tests: 'own', passed: byUser.passes });
  const rest = tried.filter((_, index) => byUser?.caught[index] !== true);
  for (const mutant of tried) if (!rest.includes(mutant)) record(asEvidence(mutant, 'own', null));
  await byGenerated(context, one, rest, readersOf(one, set, generated), own);
}

/** Generated tests that load a rule: its own, or for a recording rule those of alerts that read what it records. */
function readersOf(one: ParsedRule, { known }: RuleSet, generated: ReadonlyMap<ParsedRule, Generated>): Generated[] {
  if (one.rule.kind === 'alert') return [generated.get(one) ?? []].flat();
  return [...generated].flatMap(([alert, tests]) => (recordsFor(alert, known).includes(one) ? [tests] : []));
}

async function byGenerated(
  { record }: Context,
  { rule }: ParsedRule,
  mutants: readonly Mutant[],
  readers: readonly Generated[],
  options: RunOptions,
): Promise<void> {
  const caughtBy = new Map<Mutant, string>();
  let isTried = false;
  for (const reader of readers) {
    const open = mutants.filter((one) => !caughtBy.has(one));
    if (open.length === 0) break;
    const { passes, caught } = await tryGenerated(reader, rule, open, options);
    record({ kind: 'unmutated', of: rule.name, tests: 'generated', passed: passes });
    if (!passes) continue;
    isTried = true;
    open.forEach((mutant, index) => {
      if (caught[index] === true) caughtBy.set(mutant, reader.rule.name);
    });
  }
  for (const mutant of mutants) {
    const by = caughtBy.get(mutant);
    if (by !== undefined) record(asEvidence(mutant, 'generated', by));
    else record(asEvidence(mutant, 'survived', isTried ? whySurvived(mutant) : 'no test that passes loads the rule'));
  }
}

function whySurvived({ operator, of, what }: Mutant): string {
  if (operator === 'comparison' && /^([<>])=? → \1=?$/.test(what))
    return 'only a value of exactly the threshold tells them apart, and no test has one';
  return of.kind === 'record' ? 'no alert that reads it came out otherwise' : 'no course of events came out otherwise';
}

function asEvidence(
  { operator, of, what }: Mutant,
  fate: Extract<Evidence, { kind: 'mutant' }>['fate'],
  because: string | null,
): Evidence {
  return { kind: 'mutant', operator, of: of.name, ...of.place, what, fate, because };
}

/** A scrape that stops spoils what rules are made from; it is caught where an alert fires. */
async function stopScrapes({ record }: Context, { known, options }: RuleSet): Promise<void> {
  try {
    const { spots, leftOut } = await findBlindSpots(known, options);
    for (const { rule, job, seenBy } of spots) {
      const what = `${job === null ? 'its target' : `job ${job}`} answers no scrape`;
      const fate = seenBy.scrape.length > 0 ? 'own' : 'survived';
      const because = seenBy.scrape.length > 0 ? seenBy.scrape.join(', ') : 'no alert fires';
      record({ kind: 'mutant', operator: 'scrape', of: rule.name, ...rule.place, what, fate, because });
    }
    if (leftOut > 0)
      record({
        kind: 'not-looked-at',
        what: 'stopped scrapes',
        reason: `${leftOut} alerts were left out, as there are too many.`,
      });
  } catch (error) {
    if (!(error instanceof ShakedownError)) throw error;
    record({ kind: 'not-looked-at', what: 'stopped scrapes', reason: error.message });
  }
}
