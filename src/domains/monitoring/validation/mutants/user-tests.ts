import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Rule, RuleFile, RuleGroup } from '../rules/model.ts';
import type { Known } from '../rules/parsed.ts';
import { ruleFileText } from '../rules/promtool/rule-file-text.ts';
import { type RunOptions, testFiles } from '../rules/promtool/run.ts';
import { howManyAtOnce } from './at-once.ts';
import type { Mutant } from './mutant.ts';
import { narrowed } from './narrowed.ts';

/** A file of the user's tests with the files of rules that it loads. */
export interface UserTests {
  readonly file: string;
  readonly document: Readonly<Record<string, unknown>>;
  /** Absolute. */
  readonly ruleFiles: readonly string[];
}

/** @param files of tests, absolute */
export async function readUserTests(files: readonly string[]): Promise<UserTests[]> {
  return Promise.all(
    files.map(async (file) => {
      const document = parse(await readFile(file, 'utf8')) as Record<string, unknown>;
      const patterns = Array.isArray(document.rule_files) ? document.rule_files.map(String) : [];
      const found = await Promise.all(patterns.map((one) => expanded(resolve(dirname(file), one))));
      return { file, document, ruleFiles: [...new Set(found.flat())] };
    }),
  );
}

async function expanded(pattern: string): Promise<string[]> {
  if (!/[*?[]/.test(basename(pattern))) return [pattern];
  const names = await readdir(dirname(pattern)).catch(() => []);
  const matcher = new RegExp(
    `^${basename(pattern)
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
  );
  return names.filter((name) => matcher.test(name)).map((name) => join(dirname(pattern), name));
}

/**
 * Which mutants of a rule the user's own tests catch, each in a copy of the files that they load. The copy without any change goes first; where
 * it fails nothing else is tried.
 * @param mutants all of the one rule
 * @param pathOf where a rule's file is, absolute
 * @returns whether the copy without a change passes, and for each mutant whether a test failed; null where no test is of the rule
 */
export async function tryUserTests(
  tests: readonly UserTests[],
  rule: Rule,
  mutants: readonly Mutant[],
  set: RuleSet,
  options: RunOptions,
): Promise<{ passes: boolean; caught: boolean[] } | null> {
  const plans = plansFor(tests, rule, set);
  if (plans.length === 0) return null;
  const timed: { plan: Plan; tookMs: number }[] = [];
  for (const plan of plans) {
    const began = performance.now();
    const [passes] = await testFiles([await writeCopy(plan, rule, rule, join(options.folder, 'copy'))], options);
    if (passes !== true) return { passes: false, caught: [] };
    timed.push({ plan, tookMs: performance.now() - began });
  }
  const caught = new Set<Mutant>();
  // Quick tests first: what one catches is no matter for the others any more.
  for (const { plan, tookMs } of timed.sort((one, other) => one.tookMs - other.tookMs)) {
    const open = mutants.filter((one) => !caught.has(one));
    const atOnce = howManyAtOnce(tookMs);
    for (let from = 0; from < open.length; from += atOnce) {
      const some = open.slice(from, from + atOnce);
      const written = some.map((one, index) => writeCopy(plan, rule, one.rule, join(options.folder, `copy-${index}`)));
      const passed = await testFiles(await Promise.all(written), options);
      some.forEach((mutant, index) => {
        if (passed[index] === false) caught.add(mutant);
      });
    }
  }
  return { passes: true, caught: mutants.map((one) => caught.has(one)) };
}

export interface RuleSet {
  readonly files: readonly RuleFile[];
  readonly known: Pick<Known, 'rules'>;
  pathOf(file: string): string;
}

/** A test, or a whole file of them, as it is to be run for one rule. */
interface Plan {
  readonly document: Readonly<Record<string, unknown>>;
  /** Files that are loaded as they are, absolute. */
  readonly asTheyAre: readonly string[];
  /** Of the files that are copied. */
  readonly groups: readonly RuleGroup[];
}

function plansFor(tests: readonly UserTests[], rule: Rule, { files, known, pathOf }: RuleSet): Plan[] {
  return tests.flatMap((one): Plan[] => {
    if (!one.ruleFiles.includes(pathOf(rule.place.file))) return [];
    const read = files.filter(({ file }) => one.ruleFiles.includes(pathOf(file)));
    const asTheyAre = one.ruleFiles.filter((path) => !read.some(({ file }) => pathOf(file) === path));
    const groups = read.flatMap((file) => file.groups);
    if (asTheyAre.length > 0) return [{ document: one.document, asTheyAre, groups }];
    const { document, rules } = narrowed(
      one.document,
      rule,
      groups.flatMap((group) => group.rules),
      known,
    );
    if (document === null) return [];
    const kept = groups.map((group) => ({ ...group, rules: group.rules.filter((each) => rules?.has(each) ?? true) }));
    const left = kept.filter((group) => group.rules.length > 0);
    if (!Array.isArray(document.tests)) return [{ document, asTheyAre, groups: left }];
    return document.tests.map((test) => ({ document: { ...document, tests: [test] }, asTheyAre, groups: left }));
  });
}

async function writeCopy(
  { document, asTheyAre, groups }: Plan,
  rule: Rule,
  changed: Rule | null,
  folder: string,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const copy = join(folder, 'rules.yml');
  const rules = (one: RuleGroup) => one.rules.flatMap((each) => (each === rule ? (changed ?? []) : [each]));
  await writeFile(copy, ruleFileText(groups.map((group) => ({ ...group, rules: rules(group) }))));
  const to = join(folder, 'tests.json');
  await writeFile(to, JSON.stringify({ ...document, rule_files: [...asTheyAre, copy] }));
  return to;
}
