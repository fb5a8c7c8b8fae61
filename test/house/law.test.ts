import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { circles, foldersInCircle, longFiles, specifiersOf, violations } from './law.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function filesOf(folder: string): [path: string, text: string][] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.([mc]?[jt]s|go)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .map((path) => [path, readFileSync(join(root, path), 'utf8')]);
}

const house = new Map(['src', 'load', 'test'].flatMap(filesOf));

/** What is still to be mended while the parts move into their rooms; only ever becomes shorter. */
const debts = new Set(readFileSync(join(root, 'test/house/debts.txt'), 'utf8').split('\n'));

test('the house keeps its law', () => {
  expect(house.size).toBeGreaterThan(50);
  expect(violations(house).filter((line) => !debts.has(line))).toEqual([]);
});

test('no circle between files, and no two folders that import each other', () => {
  expect([...circles(house), ...foldersInCircle(house)].filter((line) => !debts.has(line))).toEqual([]);
});

test('every exception is still needed', () => {
  const kept = Object.keys(longFiles).filter((path) => (house.get(path) ?? '').split('\n').length <= 400);
  expect(kept).toEqual([]);
});

test.each([
  ['model imports nothing', 'src/model/a.ts', "import { readFileSync } from 'node:fs';", /may not/],
  [
    'stats does not import gate',
    'src/stats/a.ts',
    "import type { A } from '../gate/a.ts';",
    /stats may not import gate/,
  ],
  ['gate does not read files', 'src/gate/b.ts', "import 'node:fs';", /imports node:fs/],
  ['report does not import run', 'src/report/a.ts', "export * from '../run/a.ts';", /report may not import run/],
  [
    'a domain does not import another',
    'src/domains/load/a.ts',
    "import {\n  a,\n  type B,\n} from '../traffic/a.ts';",
    /inside of another domain/,
  ],
  ['not even late', 'src/domains/load/a.ts', "const a = await import('../traffic/a.ts');", /inside of another domain/],
  [
    'nor the declaration of another',
    'src/domains/load/a.ts',
    "import { traffic } from '../traffic/domain.ts';",
    /inside of another domain/,
  ],
  [
    'configuration knows a domain by its declaration',
    'src/config/a.ts',
    "import { a } from '../domains/traffic/a.ts';",
    /inside of another domain/,
  ],
  [
    'a domain does not import run',
    'src/domains/load/a.ts',
    "import { a } from '../../run/a.ts';",
    /domains may not import run/,
  ],
  ['nothing imports cli', 'src/run/b.ts', "import { a } from '../cli/a.ts';", /run may not import cli/],
  ['nothing outside src', 'src/run/b.ts', "import a from '../../test/a.ts';", /outside src/],
  ['only cli ends the process', 'src/run/b.ts', 'process . exit(1);', /process\.exit, which is for src\/cli/],
  ['an unknown room', 'src/stuff/a.ts', '', /no room of the house/],
  ['a file too long', 'src/run/b.ts', '\n'.repeat(301), /has 301 lines/],
  ['an empty name', 'src/run/string-utils.ts', '', /says nothing/],
  ['capital letters', 'src/run/stringWords.ts', '', /kebab-case/],
  ['a folder of the same name', 'src/run/a.ts', '', /folder beside it/],
])('would notice: %s', (_, path, text, expected) => {
  const others = ['domains/traffic/a', 'domains/traffic/domain', 'gate/a', 'run/a', 'cli/a', 'run/a/a'].map(
    (name): [string, string] => [`src/${name}.ts`, ''],
  );
  if (!String(expected).includes('folder beside')) others.pop();
  const found = violations(new Map([...others, ['test/a.ts', ''], [path, text]]));
  expect(found).toEqual([expect.stringMatching(expected)]);
});

test.each([
  ['src/config/a.ts', "import { a } from '../domains/traffic/domain.ts';"],
  ['src/domains/load/a.ts', "import { a } from '../traffic/public.ts';\nimport type { Domain } from '../domain.ts';"],
  ['src/run/a.ts', "import { a } from '../domains/traffic/public.ts';\n// process.exit(1) is for cli"],
  ['src/cli/a.ts', 'process.exit(1);'],
])('would let pass: %s', (path, text) => {
  expect(
    violations(
      new Map([
        ['src/domains/domain.ts', ''],
        ['src/domains/traffic/domain.ts', ''],
        ['src/domains/traffic/public.ts', ''],
        [path, text],
      ]),
    ),
  ).toEqual([]);
});

test('circles and folders that import each other are found', () => {
  const files = new Map([
    ['src/run/a/x.ts', "import '../b/y.ts';"],
    ['src/run/b/y.ts', "import type { Z } from './z.ts';"],
    ['src/run/b/z.ts', "import '../a/x.ts';"],
  ]);
  expect(circles(files)).toEqual(['src/run/a/x.ts ↔ src/run/b/y.ts ↔ src/run/b/z.ts']);
  expect(foldersInCircle(files)).toEqual(['src/run/a and src/run/b']);
});

test('imports in comments and texts are none', () => {
  const text = `// import a from './a.ts';\n/* import './b.ts' */\nconst url = 'http://x'; import c from './c.ts';\nimport type { D } from './d.ts';`;
  expect(specifiersOf(text)).toEqual(['./c.ts', './d.ts']);
});
