import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rule } from '../rules/model.ts';
import { ruleFileText } from '../rules/promtool/rule-file-text.ts';
import { type RunOptions, type TestFile, testFiles } from '../rules/promtool/run.ts';
import { howManyAtOnce } from './at-once.ts';
import { type Generated, ruleFileName } from './generate/generate.ts';
import type { Mutant } from './mutant.ts';

/**
 * Which mutants of a rule the generated tests of an alert catch, each in a folder of its own. The copy without any change goes first; where it
 * fails nothing else is tried.
 * @param rule the alert, or a rule that records what it reads
 * @returns whether the copy without a change passes, and for each mutant whether a test failed
 */
export async function tryGenerated(
  generated: Generated,
  rule: Rule,
  mutants: readonly Mutant[],
  options: RunOptions,
): Promise<{ passes: boolean; caught: boolean[] }> {
  const caught = new Set<Mutant>();
  // Most are caught by the first course of events, so that the others are for those that are left.
  for (const tests of portions(generated.tests)) {
    const open = mutants.filter((one) => !caught.has(one));
    if (open.length === 0) break;
    const some = { ...generated, tests };
    const began = performance.now();
    const [passes] = await testFiles([await writeCopy(some, rule, rule, join(options.folder, 'unmutated'))], options);
    if (passes !== true) return { passes: false, caught: [] };
    const atOnce = howManyAtOnce(performance.now() - began);
    for (let from = 0; from < open.length; from += atOnce) {
      const batch = open.slice(from, from + atOnce);
      const files = await Promise.all(
        batch.map((one, index) => writeCopy(some, rule, one.rule, join(options.folder, `mutant-${index}`))),
      );
      const passed = await testFiles(files, options);
      batch.forEach((mutant, index) => {
        if (passed[index] === false) caught.add(mutant);
      });
    }
  }
  return { passes: true, caught: mutants.map((one) => caught.has(one)) };
}

function portions(tests: TestFile): TestFile[] {
  const all = tests.tests;
  return [all.slice(0, 1), all.slice(1, 3), all.slice(3, 6), all.slice(6)]
    .filter((some) => some.length > 0)
    .map((some) => ({ ...tests, tests: some }));
}

async function writeCopy(generated: Generated, rule: Rule, changed: Rule | null, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const rules = generated.rules.flatMap((one) => (isSame(one, rule) ? (changed ?? []) : [one]));
  await writeFile(join(folder, ruleFileName), ruleFileText([{ name: 'rules', intervalMs: null, rules }]));
  const file = join(folder, 'tests.json');
  await writeFile(file, JSON.stringify(generated.tests));
  return file;
}

function isSame(one: Rule, other: Rule): boolean {
  return (
    one === other ||
    (one.place.file === other.place.file && one.place.line === other.place.line && one.name === other.name)
  );
}
