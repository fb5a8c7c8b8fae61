import { expect, it } from 'vitest';
import { faultsOf, read, told } from './read.ts';

it('refuses entities, whether they multiply or name a file', () => {
  const entities = [...'bcdefghij'].map((name, i) => `<!ENTITY ${name} "${`&${'abcdefghi'[i]};`.repeat(10)}">`);
  const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">${entities.join('')}]>
<testsuite tests="1"><testcase name="&j;"/></testsuite>`;
  const outside = '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&x;"/></testsuite>';
  const document = '<!DOCTYPE testsuite SYSTEM "http://127.0.0.1:1/x.dtd"><testsuite><testcase name="a"/></testsuite>';
  for (const file of [bomb, outside, document]) {
    expect(told(file)).toEqual([]);
    expect(faultsOf(file)).toEqual(['It declares entities or names another document; it was not read.']);
  }
});

it('reads a plain document type', () => {
  expect(told('<!DOCTYPE testsuite><testsuite tests="1"><testcase name="a"/></testsuite>')).toEqual(['a: passed']);
});

it('ends at depths that nobody writes', () => {
  expect(faultsOf(`${'<testsuite>'.repeat(50_000)}`)[0]).toMatch(/nested more than 200 deep/);
  const deep = `{"config":{},"suites":[${'{"title":"s","suites":['.repeat(5000)}${']}'.repeat(5000)}]}`;
  expect(faultsOf(deep)[0]).toMatch(/nested more than 100 deep/);
  const tap = Array.from({ length: 300 }, (_, i) => `${' '.repeat(4 * i)}ok 1`).join('\n');
  expect(faultsOf(tap)[0]).toMatch(/nested more than 100 deep/);
});

it('cuts names and messages, and stops at a number of tests', () => {
  const long = 'x'.repeat(100_000);
  const [one] = read(`<testsuite><testcase name="${long}"><failure message="${long}"/></testcase></testsuite>`).cases;
  expect(one?.id.length).toBe(500);
  expect(one?.message.length).toBe(1000);
  const many = `<testsuite>${'<testcase name="a"/>'.repeat(100_001)}</testsuite>`;
  const { cases, faults } = read(many);
  expect(cases).toHaveLength(100_000);
  expect(faults).toEqual(['It has more than 100,000 tests; the rest was not read.']);
});

it('passes nothing of what it does not know', () => {
  for (const file of [
    '<html><body>404</body></html>',
    '{"a":1}',
    '[]',
    'hello',
    '\u0000\u0001\u0002',
    '{"testResults": 7',
    'null',
  ])
    expect(faultsOf(file)[0]).toMatch(/no format that can be read/);
  expect(faultsOf('{"config":{},"suites":[{"specs":[', 'playwright')).toEqual([
    'It is no whole JSON, so it may stop in the middle.',
  ]);
  expect(faultsOf('TAP version 13\n1..1\nok 1\n', 'junit')).toContain('It is tap, and junit was named.');
  for (const odd of [
    '{"testResults":[null,7,{"assertionResults":{"a":1}}]}',
    '{"results":{"tests":[null,{"name":7}]}}',
  ])
    expect(() => read(odd)).not.toThrow();
});
