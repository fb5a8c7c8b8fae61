import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { project, runIn } from './run-suite.ts';

// With the real programs, as they end a file that does not reach its own end.

const require = createRequire(import.meta.url);
const node = process.execPath;
const isThere = (program: string, ...args: string[]) => {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const hasPytest = isThere('python3', '-m', 'pytest', '--version');
const hasGo = isThere('go', 'version');

describe.each(['tap', 'junit'])('node --test with the reporter %s', (reporter) => {
  const command = [
    node,
    '--test',
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=results.txt',
    'a.test.mjs',
  ];
  const start = "import { describe, it, test } from 'node:test'; import assert from 'node:assert';";
  const run = async (text: string) => runIn(await project({ 'a.test.mjs': `${start}\n${text}` }), command);

  it('passes, with a test that is skipped and one to be done', async () => {
    const { verdict, evidence, reasons } = await run(
      "describe('s', () => { it('a', () => {}); it('b', { skip: 'no' }, () => {}); it('c', { todo: true }, () => {}); }); test('d', async (t) => { await t.test('e', () => {}); });",
    );
    expect(reasons).toEqual([]);
    expect(verdict).toBe('pass');
    expect(evidence.counts).toMatchObject({ passed: 2, failed: 0, skipped: 1, todo: 1 });
  });

  it('passes nested suites, and a test to be done that fails', async () => {
    const { verdict, evidence, reasons } = await run(
      "describe('s', () => { it('a', () => {}); describe('t', () => { it('b', () => {}); it('c', () => {}); describe('u', () => { it('e', () => {}); it('f', { todo: true }, () => { throw new Error('not yet'); }); }); }); }); test('d', { todo: 'later' }, () => { throw new Error('not yet'); });",
    );
    expect(reasons).toEqual([]);
    expect(verdict).toBe('pass');
    expect(evidence.counts).toMatchObject({ passed: 4, failed: 0, todo: 2 });
  });

  it('fails with the test that failed', async () => {
    const { verdict, evidence } = await run("test('a', () => {}); test('b', () => assert.equal(1, 2));");
    expect(verdict).toBe('fail');
    expect(evidence.notPassed[0]?.id).toMatch(/b$/);
    expect(evidence.notPassed[0]?.message).not.toBe('');
  });

  it('passes nothing where a test calls process.exit(0)', async () => {
    const { verdict, reasons } = await run(
      "test('a', () => {}); test('b', () => { process.exit(0); }); test('c', () => {});",
    );
    expect(verdict).toBe('inconclusive');
    expect(reasons[0]).toMatch(/a.test.mjs ended without the result of a test/);
  });
});

describe('vitest', () => {
  const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
  const run = async (text: string, reporter: string) => {
    const folder = await project({
      'a.test.mjs': `import { expect, it, describe } from '${require.resolve('vitest').replace(/index\.cjs$/, 'dist/index.js')}';\n${text}`,
      'vitest.config.mjs': 'export default { test: { include: ["*.test.mjs"], maxWorkers: 1 } };',
    });
    return runIn(
      folder,
      [node, vitest, 'run', '--root', folder, `--reporter=${reporter}`, '--outputFile=results.out'],
      {
        env: { VITEST: '', VITEST_MODE: '', VITEST_WORKER_ID: '', VITEST_POOL_ID: '', NODE_ENV: '' },
      },
    );
  };
  const mixed =
    "describe('s', () => { it('a', () => {}); it.skip('b', () => {}); it.todo('c'); let n = 0; it('d', { retry: 2 }, () => { n += 1; expect(n).toBe(2); }); });";

  it.each(['json', 'junit'])('with the reporter %s', async (reporter) => {
    const { evidence, reasons } = await run(mixed, reporter);
    expect(evidence.files).toHaveLength(1);
    expect(evidence.faults).toEqual([]);
    expect(evidence.counts.failed).toBe(0);
    if (reporter === 'json') expect(evidence.counts).toMatchObject({ passed: 1, flaky: 1, skipped: 1, todo: 1 });
    expect(reasons.join()).not.toMatch(/exit code/);
    const exits = await run("it('a', () => {}); it('b', () => { process.exit(0); }); it('c', () => {});", reporter);
    expect(exits.verdict).not.toBe('pass');
  });
});

describe.skipIf(!hasPytest)('pytest', () => {
  const run = async (text: string) =>
    runIn(await project({ 'test_a.py': text }), [
      'python3',
      '-m',
      'pytest',
      '-q',
      '-p',
      'no:cacheprovider',
      '--junitxml=results.xml',
    ]);

  it('passes, subtests among its tests', async () => {
    const { verdict, reasons, evidence } = await run(
      'import pytest\ndef test_a(): pass\n@pytest.mark.skip(reason="no")\ndef test_b(): pass\n@pytest.mark.xfail\ndef test_c(): assert 0\n@pytest.mark.parametrize("n", [1, 2])\ndef test_d(n): pass\ndef test_e(subtests):\n  for i in range(3):\n    with subtests.test(i=i): pass\n',
    );
    expect(reasons).toEqual([]);
    expect(verdict).toBe('pass');
    expect(evidence.counts).toMatchObject({ passed: 4, failed: 0, skipped: 1, todo: 1 });
  });

  it('fails with a test and its teardown', async () => {
    const { verdict, evidence } = await run(
      'import pytest\n@pytest.fixture\ndef f():\n  yield\n  assert 0, "down"\ndef test_a(f): assert 0, "up"\ndef test_b(f): pass\n',
    );
    expect(verdict).toBe('fail');
    expect(evidence.faults).toEqual([]);
  });

  it('passes nothing where a test calls os._exit(0)', async () => {
    const { verdict, reasons } = await run(
      'import os\ndef test_a(): pass\ndef test_b(): os._exit(0)\ndef test_c(): pass\n',
    );
    expect(verdict).toBe('inconclusive');
    expect(reasons).toEqual(['inconclusive: It left no result file: nothing fits results.*.']);
  });
});

describe.skipIf(!hasGo)('go test -json', () => {
  const run = async (text: string) =>
    runIn(
      await project({ 'go.mod': 'module example.test/shop\n\ngo 1.21\n', 'a_test.go': `package shop\n\n${text}\n` }),
      ['go', 'test', '-json', './...'],
      { results: ['stdout'], env: { GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' }, timeoutMs: 120_000 },
    );
  const imports = 'import (\n"os"\n"testing"\n)\nvar _ = os.Exit\n';

  it('passes and fails by its tests', async () => {
    const { verdict, reasons, evidence } = await run(
      `${imports}func TestA(t *testing.T) { t.Run("one", func(t *testing.T) {}); t.Run("two", func(t *testing.T) {}) }\nfunc TestB(t *testing.T) { t.Skip("no") }`,
    );
    expect(reasons).toEqual([]);
    expect(verdict).toBe('pass');
    expect(evidence.counts).toMatchObject({ passed: 2, skipped: 1 });
    const worse = await run(`${imports}func TestA(t *testing.T) { t.Fatal("no money") }`);
    expect(worse.verdict).toBe('fail');
    expect(worse.evidence.notPassed[0]).toMatchObject({ id: 'example.test/shop › TestA', state: 'failed' });
    const broken = await run('func TestA(');
    expect(broken.verdict).toBe('fail');
  });

  it('passes nothing where a test calls os.Exit(0)', async () => {
    const { verdict } = await run(
      `${imports}func TestA(t *testing.T) {}\nfunc TestB(t *testing.T) { os.Exit(0) }\nfunc TestC(t *testing.T) {}`,
    );
    expect(verdict).not.toBe('pass');
  });
});
