import { execFileSync } from 'node:child_process';
import { getPriority } from 'node:os';
import { describe, expect, it } from 'vitest';
import { standingBack } from '../../src/environment/stand-back.ts';

const run = (before: readonly string[], command: readonly string[]) => {
  const [program = '', ...args] = [...before, ...command];
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
};
/** The priority that a program has which asks for a higher one. */
const reached = (before: readonly string[]) => Number(run(before, ['nice', '-n', '-5', 'nice']));
/** Linux' scheduling policy of a program, as of sched(7): 0 usual, 5 idle. */
const policyOf = (before: readonly string[]) => {
  const stat = run(before, ['cat', '/proc/self/stat']);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38]);
};

const isLinux = process.platform === 'linux';
const mayRaise = isLinux && reached([]) < getPriority();

describe('browsers beside a load', () => {
  it.skipIf(!isLinux).each(['http://127.0.0.1:4000', 'http://localhost', 'https://[::1]:8443'])(
    'have only what is left of the processor where the target is on the same machine: %s (needs Linux)',
    (origin) => {
      expect(policyOf([])).toBe(0);
      expect(policyOf(standingBack(origin))).toBe(5);
    },
  );

  it.skipIf(!mayRaise)('cannot raise themselves where it is elsewhere (needs root on Linux)', () => {
    const before = standingBack('https://staging.example.com');
    expect(policyOf(before)).toBe(0);
    expect(reached(before)).toBe(getPriority());
  });
});
