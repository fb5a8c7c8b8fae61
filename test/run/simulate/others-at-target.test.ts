import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { withTeardown } from '../../../src/evidence/teardown.ts';
import { warnOfOthersAt } from '../../../src/run/simulate/others-at-target.ts';

const folder = mkdtempSync(join(tmpdir(), 'shakedown-others-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const module = fileURLToPath(new URL('../../../src/run/simulate/others-at-target.ts', import.meta.url));

async function warnings(origin: string): Promise<string[]> {
  const found: string[] = [];
  await withTeardown((teardown) => warnOfOthersAt(origin, teardown, (text) => void found.push(text), folder));
  return found;
}

test('a second run at one target is warned of the first, while that is at work', async () => {
  expect(await warnings('http://shop.test/a')).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
  const script = `import { warnOfOthersAt } from ${JSON.stringify(module)};
await warnOfOthersAt('http://shop.test', { before() {} }, console.log, ${JSON.stringify(folder)});
console.log('loads'); setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => other.once('exit', resolve));
  await new Promise((resolve) => other.stdout.once('data', resolve));
  expect(await warnings('http://shop.test/b')).toEqual([
    expect.stringMatching(new RegExp(`^Process ${other.pid} on this machine sends load to http://shop\\.test/b too`)),
  ]);
  expect(await warnings('http://other.test')).toEqual([]);
  other.kill('SIGKILL');
  await ended;
  expect(await warnings('http://shop.test')).toEqual([]);
});

test('where no mark can be left, the run goes on', async () => {
  const found: string[] = [];
  await warnOfOthersAt('http://shop.test', { before() {} }, (text) => void found.push(text), '/proc/nope');
  expect(found).toEqual([]);
  expect(existsSync('/proc/nope')).toBe(false);
});
