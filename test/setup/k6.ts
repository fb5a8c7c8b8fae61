import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findK6 } from '../../src/environment/programs.ts';
import { testFiles } from './tiers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Whether any of the tests that a command line names needs k6, so that `npm run check` does not build it for the law of the house.
 * @param args what vitest was started with; what is no option filters files, by a part of their path
 */
export function needsK6(args: readonly string[]): boolean {
  // The word after another option may be its value and no filter.
  const isPlain = (arg: string) => !arg.startsWith('-') || arg.includes('=') || arg.startsWith('--no-');
  if (!args.every(isPlain)) return true;
  const filters = args
    .filter((arg) => !arg.startsWith('-') && arg !== 'run')
    .map((arg) => (arg.startsWith('/') ? relative(root, arg) : arg.replace(/^\.\//, '')));
  const chosen = testFiles().filter((path) => filters.some((filter) => path.includes(filter)));
  // No filter, or one of nothing that is known: anything may run.
  if (chosen.length === 0) return true;
  return chosen.some((path) => /setup\/programs\.ts|SHAKEDOWN_TEST_K6/.test(readFileSync(`${root}${path}`, 'utf8')));
}

/** Gets k6 once, before all tests: a first build takes a minute or two, which no single test should have to wait for. */
export default async function setup(): Promise<void> {
  if (process.env.SHAKEDOWN_TEST_K6 !== undefined || !needsK6(process.argv.slice(2))) return;
  const warnings: string[] = [];
  const k6 = await findK6({
    onWarning: (text) => warnings.push(text),
    onProgress: (text) => process.stderr.write(`${text}\n`),
  });
  if (k6 === null) {
    const reason = warnings.join(' ') || 'no k6, and no way to get one';
    if (process.env.CI) throw new Error(`The tests need k6: ${reason}`);
    process.env.SHAKEDOWN_TEST_K6_MISSING = reason;
    return;
  }
  process.env.SHAKEDOWN_TEST_K6 = JSON.stringify(k6);
}
