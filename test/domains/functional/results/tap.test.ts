import { expect, it } from 'vitest';
import { faultsOf, read, told } from './read.ts';

it('reads TAP 12 with its directives, among what the program printed', () => {
  const file = `1..5
ok 1 - adds
# a comment
hello
not ok 2 subtracts
ok 3 - divides # SKIP no numbers
not ok 4 - multiplies # TODO later
ok 5 - a \\# in its name
`;
  expect(told(file)).toEqual([
    'adds: passed',
    'subtracts: failed',
    'divides: skipped',
    'multiplies: todo',
    'a # in its name: passed',
  ]);
  expect(read(file).cases[2]?.message).toBe('no numbers');
  expect(faultsOf(file)).toEqual([]);
});

it('reads TAP 14: subtests, their diagnostics, and a subtest that failed by itself', () => {
  const file = `TAP version 14
# Subtest: basket
    ok 1 - is empty
      ---
      duration_ms: 1.5
      ...
    # Subtest: totals
        not ok 1 - add up
          ---
          error: |-
            Expected 3
            got 4
          ...
        1..1
    not ok 2 - totals
    1..2
not ok 1 - basket
# Subtest: clean-up
    ok 1 - ends
    1..1
not ok 2 - clean-up
  ---
  error: 'a hook failed'
  ...
1..2
`;
  expect(told(file)).toEqual([
    'basket › is empty: passed',
    'basket › totals › add up: failed',
    'clean-up › ends: passed',
    'clean-up: failed',
  ]);
  const { cases, faults } = read(file);
  expect(cases[0]?.durationMs).toBe(1.5);
  expect(cases[1]?.message).toMatch(/^Expected 3\n\s*got 4$/);
  expect(cases[3]?.message).toBe('a hook failed');
  expect(faults).toEqual([]);
});

it('says where plan and tests disagree, at any depth', () => {
  expect(faultsOf('1..3\nok 1\nok 2\n')).toEqual(['3 tests are planned in the file, and 2 have a result.']);
  expect(faultsOf('ok 1\nok 2\n')[0]).toMatch(/^There is no plan in the file/);
  expect(faultsOf('1..2\nok 1\nok 3\n')).toEqual(['Test 2 of the file has the number 3.']);
  expect(faultsOf('# Subtest: s\n    1..2\n    ok 1\nok 1 - s\n1..1\n')).toEqual([
    '2 tests are planned in "s", and 1 have a result.',
  ]);
  expect(faultsOf('# Subtest: s\n    not ok 1 - a\n    1..1\nok 1 - s\n1..1\n')).toEqual([
    '"s" passed although a test within it failed.',
  ]);
  expect(faultsOf('1..1\n# Subtest: s\n    ok 1 - a\n')).toContain('It stops in the middle of a subtest.');
});

it('knows a program that gave up, and a plan of nothing', () => {
  const file = '1..3\nok 1 - a\nBail out! no database\nok 2 - b\n';
  expect(told(file)).toEqual(['a: passed']);
  expect(faultsOf(file)).toEqual(['The program gave up: no database.']);
  expect(told('1..0 # SKIP no browser\n')).toEqual(['(all): skipped']);
});

it('reads subtests between braces, and one more brace that is a part of a name', () => {
  const file = `ok 1 - basket { # time=2.5s
    ok 1 - is empty # time=12.5ms
    not ok 2 - adds {
        not ok 1 - one
        1..1
    }
    1..2
}
not ok 2 - clean-up {
    ok 1 - ends
    1..1
}
ok 3 - nothing {
}
ok 4 - parses {
ok 5 - last
  ---
  a: 1
  ...
{
    ok 1 - within
    1..1
}
1..5
`;
  expect(told(file)).toEqual([
    'basket › is empty: passed',
    'basket › adds › one: failed',
    'clean-up › ends: passed',
    'clean-up: failed',
    'nothing: passed',
    'parses {: passed',
    'last › within: passed',
  ]);
  expect(read(file).cases[0]?.durationMs).toBe(12.5);
  expect(faultsOf(file)).toEqual(['"basket" passed although a test within it failed.']);
  expect(faultsOf('1..1\nok 1 - whole {\n    ok 1 - a\n    1..1\n}\n')).toEqual([]);
  expect(faultsOf('1..1\nok 1 - cut {\n    ok 1 - a\n    1..1\n')).toEqual(['It stops in the middle of a subtest.']);
});

it('takes nothing for a result that only begins like one', () => {
  const file = '1..2\nok 1 - a\n  ok:\n    - printed\nok 2 - b\nokay\n';
  expect(told(file)).toEqual(['a: passed', 'b: passed']);
  expect(faultsOf(file)).toEqual([]);
  expect(faultsOf(`pragma +strict\n${file}`)[0]).toBe('"ok:" is no TAP, and it says that it holds nothing else.');
});
