import { expect, test } from 'vitest';
import { needsK6 } from '../setup/k6.ts';

test.each([
  ['the law of the house', ['run', 'test/house', '--reporter=dot'], false],
  [
    'one file without it',
    ['run', 'test/stats/scale.test.ts', 'test/docs/links.test.ts', '--no-file-parallelism'],
    false,
  ],
  ['everything', ['run'], true],
  ['a project', ['run', '--project', 'unit*'], true],
  ['a name of a test, which is no file', ['run', '-t', 'house'], true],
  ['a file that replays', ['run', 'test/e2e/main-job.test.ts'], true],
  ['one that replays among others', ['run', 'test/house', './test/domains/load/k6/run.test.ts'], true],
  ['a folder with one that does', ['run', 'test/domains/load'], true],
  ['what is not known', ['run', 'test/nowhere'], true],
])('k6 is got for the tests that need it: %s', (_, args, expected) => {
  expect(needsK6(args)).toBe(expected);
});
