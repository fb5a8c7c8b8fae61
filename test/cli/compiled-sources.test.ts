import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');
let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'shakedown-clone-'));
  mkdirSync(join(clone, 'bin'));
  cpSync(join(repository, 'bin/compile.mjs'), join(clone, 'bin/compile.mjs'));
  cpSync(join(repository, 'package-lock.json'), join(clone, 'package-lock.json'));
  symlinkSync(join(repository, 'node_modules'), join(clone, 'node_modules'));
  writeFileSync(join(clone, 'package.json'), '{ "type": "module" }');
  mkdirSync(join(clone, 'src/deep'), { recursive: true });
  write(
    'src/main.ts',
    "import { said } from './deep/said.ts';\nimport type { Word } from './deep/said.ts';\nconst word: Word = said;\nconsole.log(word, './kept.ts');\n",
  );
  write('src/deep/said.ts', "export type Word = string;\nexport const said: Word = 'hello';\n");
  write('src/deep/page.css', 'a { color: red }');
});
afterEach(() => {
  rmSync(clone, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  writeFileSync(join(clone, path), text);
}

/** Compiles in a process of its own, and runs what came of it. */
async function run(): Promise<string> {
  const code = `const { compiledSources } = await import(${JSON.stringify(pathToFileURL(join(clone, 'bin/compile.mjs')).href)});
    const folder = await compiledSources();
    if (folder === null) console.log('null'); else await import(folder + '/main.js');`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
  return stdout.trim();
}

const compiled = (path: string) => join(clone, '.compiled', path);

test('what was changed, added or taken away is followed, and only that is compiled', async () => {
  expect(await run()).toBe('hello ./kept.ts');
  expect(readFileSync(compiled('deep/page.css'), 'utf8')).toBe('a { color: red }');
  const first = statSync(compiled('main.js'));
  write('src/deep/said.ts', "export type Word = string;\nexport const said: Word = 'good day';\n");
  write('src/more.ts', 'export const more = 1;\n');
  rmSync(join(clone, 'src/deep/page.css'));
  expect(await run()).toBe('good day ./kept.ts');
  expect(statSync(compiled('main.js')).ctimeMs).toBe(first.ctimeMs);
  expect(existsSync(compiled('more.js'))).toBe(true);
  expect(existsSync(compiled('deep/page.css'))).toBe(false);
});

test('a template with the end of a script in it is what it was', async () => {
  write(
    'src/main.ts',
    'const html = (all: TemplateStringsArray) => all.raw.join() + all.length;\nconsole.log(html`<script></script>\\n`);\n',
  );
  expect(await run()).toBe('<script></script>\\n1');
});

test('a source that became older, as by another branch, is followed too', async () => {
  expect(await run()).toBe('hello ./kept.ts');
  write('src/deep/said.ts', "export const said = 'hallo'; // as long ago as this was written\n");
  utimesSync(join(clone, 'src/deep/said.ts'), 1_000_000, 1_000_000);
  expect(await run()).toBe('hallo ./kept.ts');
});

test('where another compiler comes, all is compiled anew', async () => {
  await run();
  const before = statSync(compiled('deep/page.css')).ctimeMs;
  writeFileSync(join(clone, 'bin/compile.mjs'), '// changed\n', { flag: 'a' });
  writeFileSync(compiled('left-over.js'), '');
  expect(await run()).toBe('hello ./kept.ts');
  expect(existsSync(compiled('left-over.js'))).toBe(false);
  expect(statSync(compiled('deep/page.css')).ctimeMs).not.toBe(before);
});

test('several at once get the same, and a compilation that was killed is done again', async () => {
  expect(await Promise.all([run(), run(), run(), run()])).toEqual(Array.from({ length: 4 }, () => 'hello ./kept.ts'));
  rmSync(compiled('stamp'));
  mkdirSync(join(clone, '.compiled.lock'));
  utimesSync(join(clone, '.compiled.lock'), 1_000_000, 1_000_000);
  expect(await run()).toBe('hello ./kept.ts');
  expect(existsSync(join(clone, '.compiled.lock'))).toBe(false);
});

test('a source that cannot be compiled leaves the sources to who loads them', async () => {
  write('src/deep/said.ts', 'export const said = ;\n');
  expect(await run()).toBe('null');
  expect(existsSync(join(clone, '.compiled.lock'))).toBe(false);
});

test('so does a clone in which there is no place for what is compiled', async () => {
  write('.compiled', '');
  expect(await run()).toBe('null');
  expect(existsSync(join(clone, '.compiled.lock'))).toBe(false);
});
