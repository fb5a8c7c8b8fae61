import { describe } from 'vitest';
import type { K6Program } from '../../src/environment/programs.ts';

const found = process.env.SHAKEDOWN_TEST_K6;

/** The k6 that test/setup/k6.ts found or built; undefined where there is none. */
const k6: K6Program | undefined = found === undefined ? undefined : JSON.parse(found);

/** Tests that need k6: in CI they always run (the setup fails without it), elsewhere they are skipped and the title says why. */
export const describeWithK6 = (title: string, body: (k6: K6Program) => void): void => {
  if (k6 === undefined) describe.skip(`${title} (needs k6: ${process.env.SHAKEDOWN_TEST_K6_MISSING})`, () => {});
  else describe(title, () => body(k6));
};
