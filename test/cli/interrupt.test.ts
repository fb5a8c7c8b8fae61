import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isAlive } from '../alive.ts';

const module = JSON.stringify(new URL('../../src/cli/interrupt.ts', import.meta.url).href);

// Starts a process of its own group with a child, as k6 or the sample system are, and does not end when asked.
const stubborn = `
  import { spawn } from 'node:child_process';
  import { interruption } from ${module};
  const signal = interruption((name) => process.stdout.write('first ' + name + '\\n'));
  signal.addEventListener('abort', () => process.stdout.write(signal.reason.code + '\\n'));
  const child = spawn('sh', ['-c', 'sleep 1000 & echo $!; wait'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.on('data', (data) => process.stdout.write('grandchild ' + data));
  setInterval(() => {}, 1000);`;

test('the first signal asks, the same key stroke again is nothing, a second ends all at once', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', stubborn]);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await expect.poll(() => output, { timeout: 20_000 }).toMatch(/grandchild \d+/);
  const grandchild = Number(/grandchild (\d+)/.exec(output)?.[1]);
  child.kill('SIGINT');
  await expect.poll(() => output, { timeout: 10_000 }).toMatch(/first SIGINT\nINTERRUPTED\n/);
  child.kill('SIGINT');
  await wait(1000);
  expect([child.exitCode, isAlive(grandchild)]).toEqual([null, true]);

  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exit).toEqual([130, null]);
  expect(output.match(/first/g)).toHaveLength(1);
  await expect.poll(() => isAlive(grandchild), { timeout: 10_000 }).toBe(false);
});
