import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { faultProblems } from '../../../src/domains/chaos/experiment/fault-rules.ts';
import { loadExperiment } from '../../../src/domains/chaos/experiment/load.ts';
import { requireFaults } from '../../../src/domains/chaos/experiment/require.ts';
import { faults } from '../../../src/domains/chaos/faults/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'shakedown-documents-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const text = (path: string) => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');

const experimentOf = (yaml: string) => {
  const file = join(folder, 'experiment.yaml');
  writeFileSync(file, yaml);
  return loadExperiment(file);
};
const withFault = (fault: string) =>
  experimentOf(
    `title: t\ndescription: d\nmethod:\n  - { type: action, name: break it, provider: { type: node, module: shakedown, ${fault} } }\n`,
  );

test('the experiment in docs/chaos.md is valid', async () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(text('docs/chaos.md')) ?? [];
  expect(faultProblems(await experimentOf(yaml), faults)).toEqual([]);
});

test('every fault is in the table of faults', () => {
  const documented = text('docs/faults.md');
  const missing = faults.filter(({ name }) => {
    const short = `\`-${name.split('-').at(-1)}\``;
    return !documented.includes(`\`${name}\``) && !documented.includes(short);
  });
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test.each([
  [
    'func: http-abort, arguments: { component: x, route: /items, answer: "503" }',
    'http-abort: answer: wanted is a whole number from 400 to 599, or "reset"',
  ],
  ['func: latency, arguments: { component: x }', 'latency: delayMs: wanted is a whole number from 1 to 60,000'],
  [
    'func: latency, arguments: { component: x, delayMs: 5, direction: both }',
    'latency: direction: wanted is "upstream" or "downstream"',
  ],
  ['func: process-stop, arguments: { component: x, forMs: 5 }', 'process-stop: no argument forMs; it takes none'],
  [
    'func: http-delay, arguments: { component: x, route: items, delayMs: 5 }',
    'http-delay: route: wanted is a text that begins with /',
  ],
  ['func: process-stop, arguments: { component: x, seconds: "4" }', 'process-stop.seconds: a number above 0, not "4"'],
])('an argument that is wrong is reported with the form that is wanted: %s', async (fault, said) => {
  expect(faultProblems(await withFault(fault), faults)).toEqual([`method[0] "break it": ${said}`]);
});

test('a component that the configuration does not name stops everything before it begins', async () => {
  const experiment = await withFault('func: process-stop, arguments: { component: redis, seconds: 2 }');
  const components = [{ kind: 'process' as const, name: 'shop', pid: () => 1 }];
  const said = expect.objectContaining({
    code: 'FAULT_COMPONENT',
    exitCode: 2,
    message: expect.stringContaining('"redis"'),
  });
  expect(() => requireFaults([experiment], components)).toThrow(said);
  // All that is refused is named at once.
  const second = { ...experiment, file: 'second.yaml' };
  expect(() => requireFaults([experiment, second], components)).toThrow(
    /"redis".*\n.*second\.yaml, method\[0\].*"redis"/,
  );
  expect(() =>
    requireFaults([experiment], [{ ...components[0], kind: 'process', name: 'redis', pid: () => 1 }]),
  ).not.toThrow();
});
