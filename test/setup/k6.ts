import { findK6 } from '../../src/environment/programs.ts';

/** Gets k6 once, before all tests: a first build takes a minute or two, which no single test should have to wait for. */
export default async function setup(): Promise<void> {
  if (process.env.SHAKEDOWN_TEST_K6 !== undefined) return;
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
