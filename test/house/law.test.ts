import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { longFiles, specifiersOf, violations } from './law.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function filesOf(folder: string): [path: string, text: string][] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.([mc]?[jt]s|go)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .map((path) => [path, readFileSync(join(root, path), 'utf8')]);
}

const house = new Map(['src', 'load', 'test'].flatMap(filesOf));

test('the house keeps its law', () => {
  expect(house.size).toBeGreaterThan(50);
  expect(violations(house)).toEqual([]);
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
    'src/load/a.ts',
    "import {\n  a,\n  type B,\n} from '../traffic/a.ts';",
    /load may not import traffic/,
  ],
  ['not even late', 'src/load/a.ts', "const a = await import('../traffic/a.ts');", /load may not import traffic/],
  [
    'configuration imports rules only',
    'src/config/a.ts',
    "import { a } from '../traffic/a.ts';",
    /config may not import traffic/,
  ],
  ['nothing imports cli', 'src/run/b.ts', "import { a } from '../cli/a.ts';", /run may not import cli/],
  ['nothing outside src', 'src/run/b.ts', "import a from '../../test/a.ts';", /outside src/],
  ['only cli ends the process', 'src/run/b.ts', 'process . exit(1);', /process\.exit, which is for src\/cli/],
  ['an unknown folder', 'src/stuff/a.ts', '', /no folder of the house/],
  ['a file too long', 'src/run/b.ts', '\n'.repeat(301), /has 301 lines/],
  ['an empty name', 'src/run/stringUtils.ts', '', /says nothing/],
])('would notice: %s', (_, path, text, expected) => {
  const others = ['traffic', 'gate', 'run', 'cli'].map((folder): [string, string] => [`src/${folder}/a.ts`, '']);
  const found = violations(new Map([...others, ['test/a.ts', ''], [path, text]]));
  expect(found).toEqual([expect.stringMatching(expected)]);
});

test.each([
  ['src/config/a.ts', "import { a } from '../traffic/plan/rules.ts';"],
  ['src/run/a.ts', "import { a } from '../traffic/plan/rules.ts';\n// process.exit(1) is for cli"],
  ['src/cli/a.ts', 'process.exit(1);'],
])('would let pass: %s', (path, text) => {
  expect(
    violations(
      new Map([
        ['src/traffic/plan/rules.ts', ''],
        [path, text],
      ]),
    ),
  ).toEqual([]);
});

test('imports in comments and texts are none', () => {
  const text = `// import a from './a.ts';\n/* import './b.ts' */\nconst url = 'http://x'; import c from './c.ts';\nimport type { D } from './d.ts';`;
  expect(specifiersOf(text)).toEqual(['./c.ts', './d.ts']);
});
