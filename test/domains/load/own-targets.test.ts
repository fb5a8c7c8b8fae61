import { rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { buildResults } from '../../../src/run/results/build.ts';
import { configured, short } from '../../deceits/made.ts';
import { type MadeRun, makeRun } from '../../run/results/run-folder.ts';

const folders: string[] = [];
afterAll(() => folders.map((folder) => rmSync(folder, { recursive: true })));

async function judged(made: MadeRun) {
  const folder = await makeRun(made);
  folders.push(folder);
  return buildResults(folder);
}

const config = (objectives: object): MadeRun['config'] => {
  const { objectives: lengths } = configured({}) as { objectives: object };
  return { objectives: { ...lengths, ...objectives } };
};
/** A report of 0.1 % of the traffic, whose median is a second. */
const slowReport: MadeRun = {
  ...{ ...short, routes: ['GET /', 'GET /report'], shares: [0.999, 0.001] },
  routeMedianMs: (route) => (route === 1 ? 1000 : 30),
};
const own = { metric: 'response_time', statistic: 'p95', comparison: '<', route: 'GET /report' };
const whole = { title: 'Report', gate: 'performance', unit: 'ms', weight: 1, key: true, minimumSamples: 100 };
const report = (target: number) => ({ report: { id: 'report', ...whole, ...own, target } });
const of = (results: Awaited<ReturnType<typeof judged>>, id: string) =>
  results.objectives.find(({ objective }) => objective.id === id);

test('a slow route fails the target for every route, and one of its own takes its place for it alone', async () => {
  const alike = await judged({ ...slowReport, config: config({}) });
  expect(of(alike, 'route-times')?.verdict).toBe('fail');
  expect(alike.sentence).toContain('GET /report');
  const allowed = await judged({ ...slowReport, config: config(report(3000)) });
  expect(of(allowed, 'route-times')).toMatchObject({
    verdict: 'pass',
    reason: expect.stringContaining('Judged by a target of its own: GET /report.'),
  });
  expect(allowed.verdict, allowed.sentence).toBe('pass');
  const slower = await judged({ ...slowReport, config: config(report(1200)) });
  expect(of(slower, 'report')?.verdict).toBe('fail');
});

test('a target of its own that is no key objective takes no route out', async () => {
  const results = await judged({
    ...slowReport,
    config: config({ report: { ...report(3000).report, key: false } }),
  });
  expect(of(results, 'route-times')?.verdict).toBe('fail');
});

test('service time where the generator was late has the target of p99, unless it has one of its own', async () => {
  const target = async (objectives: object) =>
    of(await judged({ ...short, config: config(objectives) }), 'invalid-service')?.objective.target;
  expect(await target({})).toBe(200);
  expect(await target({ 'response-p99': { target: 900 } })).toBe(900);
  expect(await target({ 'response-p99': { target: 900 }, 'invalid-service': { target: 300 } })).toBe(300);
});

test('without a policy, targets that ask for less than the default ones are named', async () => {
  const { missing } = await judged({ ...short, config: config({ 'response-p99': { target: 900 } }) });
  const said = missing.find((line) => line.startsWith('The configuration asks for less'));
  expect(said).toBe(
    'The configuration asks for less than the default objectives do: response-p99 (below 900 ms, not below 200 ms), throughput (above 500 /s, not above 1,000 /s), invalid-service (below 900 ms, not below 200 ms) and stable-time (at least 4 min 48 s, not at least 24 h).',
  );
});
