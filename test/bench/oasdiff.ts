/**
 * Holds the rules for breaking changes against oasdiff's own, on the documents of its tests, and prints how they agree, rule by rule:
 * `npm run bench:oasdiff -- <folder of its sources> <oasdiff>`. Pairs are those that its tests compare as they are.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareDocuments } from '../../src/domains/integration/changes/compare.ts';
import { readDocument } from '../../src/domains/integration/openapi/document.ts';

const [folder = '', program = 'oasdiff'] = process.argv.slice(2);
const checks = JSON.parse(
  execFileSync(program, ['checks', 'changelog', '-f', 'json'], { encoding: 'utf8' }),
) as readonly { id: string; level: string }[];

function pairs(): [string, string][] {
  const found = new Map<string, [string, string]>();
  const source = join(folder, 'checker');
  for (const name of readdirSync(source).filter((one) => one.endsWith('_test.go'))) {
    for (const body of readFileSync(join(source, name), 'utf8')
      .split(/\nfunc Test/)
      .slice(1)) {
      const files = [...body.matchAll(/"\.\.\/(data\/[^"]+\.(?:ya?ml|json))"/g)].map(([, file = '']) => file);
      const [base, revision] = files;
      if (files.length === 2 && base !== undefined && revision !== undefined && base !== revision)
        found.set(`${base} ${revision}`, [base, revision]);
    }
  }
  return [...found.values()];
}

const tally = new Map<string, { both: number; theirs: string[]; ours: string[] }>();
const of = (id: string) => {
  const known = tally.get(id) ?? { both: 0, theirs: [], ours: [] };
  tally.set(id, known);
  return known;
};
let [compared, unusable, silent] = [0, 0, 0];
const doubtful: string[] = [];
for (const [base, revision] of pairs()) {
  const [a, b] = [join(folder, base), join(folder, revision)];
  const outcome = spawnSync(program, ['breaking', a, b, '--format', 'json', '--allow-external-refs=false'], {
    encoding: 'utf8',
  });
  if (outcome.status !== 0) {
    unusable++;
    continue;
  }
  let own: ReturnType<typeof compareDocuments>;
  try {
    own = compareDocuments(
      readDocument(readFileSync(a, 'utf8'), base),
      readDocument(readFileSync(b, 'utf8'), revision),
    );
  } catch (error) {
    unusable++;
    console.log(`unusable: ${base}: ${(error as Error).message}`);
    continue;
  }
  compared++;
  const theirs = (outcome.stdout.trim() === '' ? [] : JSON.parse(outcome.stdout)) as {
    id: string;
    level: number;
    operation?: string;
    path?: string;
  }[];
  const key = (id: string, level: string, operation: string) => `${id} ${level} ${operation}`;
  const [mine, other] = [
    new Map(own.changes.map((one) => [key(one.id, one.level, one.operation), one.id])),
    new Map(
      theirs.map((one) => [
        key(one.id, one.level >= 3 ? 'error' : 'warning', `${one.operation ?? ''} ${one.path ?? ''}`),
        one.id,
      ]),
    ),
  ];
  for (const [text, id] of other) {
    if (mine.has(text)) of(id).both++;
    else {
      of(id).theirs.push(`${revision}: ${text}`);
      if (own.doubts.length === 0 && own.changes.length === 0) {
        silent++;
        doubtful.push(`${revision}: ${text}`);
      }
    }
  }
  for (const [text, id] of mine) if (!other.has(text)) of(id).ours.push(`${revision}: ${text}`);
}

console.log(`${compared} pairs compared, ${unusable} that one of both cannot use`);
const breaking = new Set(checks.filter(({ level }) => level !== 'info').map(({ id }) => id));
console.log(`${checks.length} checks of oasdiff, ${breaking.size} of them for what breaks or may break clients`);
console.log('\n| check | both | oasdiff alone | Shakedown alone |\n| --- | --- | --- | --- |');
for (const [id, { both, theirs, ours }] of [...tally].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`| ${id} | ${both} | ${theirs.length} | ${ours.length} |`);
console.log('\nIn one alone:');
for (const { theirs, ours } of tally.values()) {
  for (const one of theirs) console.log(`  oasdiff: ${one}`);
  for (const one of ours) console.log(`  Shakedown: ${one}`);
}
console.log(`\n${silent} of which Shakedown says nothing at all, not even that it is not judged:`);
for (const one of doubtful) console.log(`  ${one}`);
console.log(`\nBreaking checks that no pair showed: ${[...breaking].filter((id) => !tally.has(id)).length}`);
