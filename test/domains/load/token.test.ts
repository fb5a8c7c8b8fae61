import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startTokens } from '../../../src/domains/load/token.ts';

const hook = (script: string, everyS = 300) => ({
  command: [process.execPath, '-e', script],
  header: 'authorization',
  everyS,
});

it('gives what the program prints as the header, and a fresh one when it is time', async () => {
  const warnings: string[] = [];
  const tokens = await startTokens(hook('console.log("Bearer " + process.pid)', 0.2), tmpdir(), (text) =>
    warnings.push(text),
  );
  const first = tokens.overlay()?.authorization;
  expect(first).toMatch(/^Bearer \d+$/);
  while (tokens.overlay()?.authorization === first) await sleep(50);
  tokens.stop();
  expect(warnings).toEqual([]);
});

it.each([
  ['process.exit(3)', /exit code 3/],
  ['console.log("")', /no token of printable characters/],
  ['console.log("a\\nX-Injected: 1")', /no token of printable characters/],
])('refuses to start on `%s`, and never shows what was printed', async (script, why) => {
  const failed = await startTokens(hook(`${script};`), tmpdir(), () => {}).catch((error: Error) => error);
  expect(failed).toMatchObject({ code: 'TOKEN_HOOK', message: expect.stringMatching(why) });
  expect(String(failed)).not.toContain('X-Injected');
});

it('adds nothing where there is no hook', async () => {
  expect((await startTokens(null, tmpdir(), () => {})).overlay()).toBeNull();
});
