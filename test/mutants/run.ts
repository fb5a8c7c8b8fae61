// `npm run test:mutants`: puts one small fault at a time into a copy of the tree, and says which ones no test saw.
//   --count 40    how many, taken in turn from each group, so that a small one is seen too
//   --seed 1      which ones: the same seed takes the same of an unchanged tree
//   --only stats  of files that have this in their path
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { seeded } from '../random.ts';
import { type Mutant, mutantsOf } from './places.ts';
import { testsByReach } from './reach.ts';
import { Copy, type Outcome } from './trial.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const groups: Record<string, RegExp> = {
  gate: /^src\/gate\//,
  // Tables of calibrated figures are data.
  stats: /^src\/stats\/.*(?<!-table)\.ts$/,
  evidence: /^src\/evidence\//,
  folds: /^src\/domains\/(\w+|load\/judging)\/fold\.ts$/,
  judging: /^src\/domains\/load\/judging\/(?!fold\.ts)/,
};
/** Far beyond what the tests take on a busy machine: a mutant that is this late loops for ever. */
const timeoutMs = 180_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '40' },
    only: { type: 'string', default: '' },
  },
});
const sample = sampleOf(Number(values.count), seeded(Number(values.seed)));
const testsOf = testsByReach(root);
const copy = new Copy(root, timeoutMs);
process.on('exit', () => copy.remove());
process.on('SIGINT', () => process.exit(130));

const print = (line: string) => process.stdout.write(`${line}\n`);

/** By test file, whether it passes when nothing is broken. */
const green = new Map<string, boolean>();
const figures = new Map<string, { tried: number; killed: number }>();
for (const { group, mutant } of sample) {
  const { survived, by } = await outcomeOf(mutant);
  const figure = figures.get(group) ?? { tried: 0, killed: 0 };
  figures.set(group, { tried: figure.tried + 1, killed: figure.killed + (survived ? 0 : 1) });
  print(`${survived ? 'SURVIVED' : 'killed  '} ${mutant.path}:${mutant.line}  ${mutant.words}  (${by})`);
}
for (const [group, { tried, killed }] of figures)
  print(`${group}: ${killed} of ${tried} killed, ${Math.round((100 * killed) / tried)} %`);

async function outcomeOf(mutant: Mutant): Promise<Outcome> {
  for (;;) {
    const tests = testsOf(mutant.path).filter((test) => green.get(test) !== false);
    if (tests.length === 0) return { survived: true, by: 'no test reaches it', test: null };
    const outcome = await copy.run(tests, mutant);
    if (outcome.survived || outcome.test === null) return outcome;
    // Where a test fails without any mutant too, that it fails says nothing.
    if (!green.has(outcome.test)) green.set(outcome.test, (await copy.run([outcome.test])).survived);
    if (green.get(outcome.test) === true) return outcome;
    print(`left out: ${outcome.test} fails without a mutant`);
  }
}

function sampleOf(count: number, random: () => number): { group: string; mutant: Mutant }[] {
  const paths = readdirSync(`${root}/src`, { recursive: true, encoding: 'utf8' })
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && path.includes(values.only))
    .sort();
  const piles = Object.entries(groups).map(([group, pattern]) => ({
    group,
    mutants: paths
      .filter((path) => pattern.test(path))
      .flatMap((path) => mutantsOf(path, readFileSync(`${root}/${path}`, 'utf8'))),
  }));
  const taken: { group: string; mutant: Mutant }[] = [];
  while (taken.length < count && piles.some(({ mutants }) => mutants.length > 0)) {
    for (const { group, mutants } of piles) {
      const [mutant] = mutants.splice(Math.floor(random() * mutants.length), 1);
      if (mutant !== undefined && taken.length < count) taken.push({ group, mutant });
    }
  }
  return taken;
}
