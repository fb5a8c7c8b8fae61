import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeManifest } from '../../../src/evidence/manifest.ts';
import type { Results } from '../../../src/model/results.ts';
import type { Objective, ObjectiveResult } from '../../../src/model/verdict.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { LatencyHistogram } from '../../../src/stats/histogram.ts';
import { readHistogramLog } from '../../../src/stats/hlog.ts';
import { loadOf } from '../../report/fixture/parts.ts';
import { envelope, type MadeRun, makeRun } from './run-folder.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function made(run: MadeRun): Promise<string> {
  const folder = await makeRun(run);
  folders.push(folder);
  return folder;
}

async function results(run: MadeRun): Promise<Results> {
  return buildResults(await made(run));
}

function objective(found: Results, id: string): ObjectiveResult {
  const result = found.objectives.find((one) => one.objective.id === id);
  if (result === undefined) throw new Error(`no objective ${id}`);
  return result;
}

const minute: MadeRun = { windows: 60, windowMs: 1000, rate: 1200, samples: 100 };
/** Long enough to show everything. */
const day: MadeRun = { windows: 400, windowMs: 216_000, rate: 1200, samples: 20, routes: ['GET /'] };
const own: Objective = {
  ...{ id: 'mine', title: 'Mine', gate: 'performance', metric: 'response_time', statistic: 'p95', comparison: '<' },
  ...{ target: 100, unit: 'ms', weight: 1, key: true, minimumSamples: 100 },
};

describe('verdicts', () => {
  test('a day within all targets is READY, for its gates only', async () => {
    const found = await results(day);
    expect(found).toMatchObject({ verdict: 'pass', word: 'PASSED', policy: null });
    expect(found.sentence).toContain('Judged: the gates Performance, Stability and Parity.');
    expect(found.timeline.points).toHaveLength(200);
    expect(found.timeline.bucketMs).toBe(432_000);
  });

  test('a minute within all targets is INCONCLUSIVE, for it cannot show a day', async () => {
    const found = await results(minute);
    expect(found.word).toBe('INCONCLUSIVE');
    expect(found.sentence).toBe('Nothing failed, but 1 min of this load cannot show 24 h of stability.');
    expect(found.missing).toContain('Stability: 1 min of 24 h shown.');
  });

  test('a slow target is NOT READY for its response time', async () => {
    const found = await results({ ...minute, medianMs: () => 150 });
    expect(found.word).toBe('FAILED');
    expect(found.sentence).toMatch(
      /^p95 response time is \d+ ms against 100 ms\. The target was missed in all 60 windows\./,
    );
  });

  test('a target that froze for two seconds is NOT READY, and the report says when', async () => {
    const found = await results({ ...minute, medianMs: (window) => (window === 20 || window === 21 ? 1200 : 20) });
    expect(found.word).toBe('FAILED');
    expect(found.sentence).toMatch(
      /^p99 response time is 1,\d+ ms against 200 ms\. The target was missed in 2 of 60 windows, all consecutive, from 20 s to 22 s\./,
    );
  });

  test('an erroring target is NOT READY for its errors', async () => {
    const found = await results({
      ...minute,
      failures: () => ({ kind: 'http', status: 500, count: 24, message: 'no' }),
    });
    expect(found.word).toBe('FAILED');
    expect(found.sentence).toBe(
      'Error rate is 2 % against 0.1 %: status 500 of GET /. Availability, error rate of the worst route, error rate of the worst minute and stable time fail too.',
    );
    expect(loadOf(found).errors).toEqual([
      { kind: 'http', status: 500, route: 'GET /', count: 1440, firstAtMs: 0, lastAtMs: 0, message: 'no' },
    ]);
    expect(objective(found, 'availability').value).toBeCloseTo(98, 9);
  });

  test('a dead target is NOT READY, however fast its refusals', async () => {
    const found = await results({
      ...minute,
      routes: ['GET /'],
      medianMs: () => 1,
      failures: () => ({ kind: 'refused', status: 0, count: 1e9, message: 'connection refused' }),
    });
    expect(found.sentence).toBe('The target answered none of 72,000 requests correctly: connection refused.');
    expect(objective(found, 'response-p99').verdict).toBe('inconclusive');
    expect(loadOf(found).apdex?.score).toBe(0);
  });

  test('a saturated generator is INCONCLUSIVE, however slow the figures', async () => {
    const found = await results({
      ...minute,
      medianMs: () => 900,
      invalid: (window) => (window % 3 === 0 ? 'the generator was 212 ms late (p99), more than 50 ms' : null),
    });
    expect(found.word).toBe('INCONCLUSIVE');
    expect(found.sentence).toMatch(/the load generator, not the target, was the bottleneck in 33 % of the windows/);
  });

  test('timeouts of a saturated generator fail nobody, 5xx answers do', async () => {
    const saturated: MadeRun = { ...minute, invalid: (window) => (window % 3 === 0 ? 'late' : null) };
    const failing = (kind: 'timeout' | 'http', status: number): MadeRun => ({
      ...saturated,
      failures: () => ({ kind, status, count: 24, message: '' }),
    });
    expect((await results(failing('timeout', 0))).word).toBe('INCONCLUSIVE');
    expect((await results(failing('http', 503))).word).toBe('FAILED');
  });

  test('health checks without an answer fail nobody where the generator was saturated, answers do', async () => {
    const down = (detail: string): MadeRun => ({
      ...minute,
      invalid: (window) => (window % 3 === 0 ? 'late' : null),
      health: [
        { atMs: 0, up: true },
        { atMs: 20_000, up: false, detail },
        { atMs: 40_000, up: true },
      ],
    });
    expect((await results(down('no answer within 5 s'))).word).toBe('INCONCLUSIVE');
    expect((await results(down('status 503'))).word).toBe('FAILED');
  });

  test('with every window void, nothing is judged', async () => {
    const found = await results({ ...minute, medianMs: () => 900, invalid: () => 'late' });
    expect(found.word).toBe('INCONCLUSIVE');
    expect(objective(found, 'error-rate').reason).toBe('Not measured: every window is invalid: late.');
    expect(loadOf(found).requests.completed).toBe(72_000);
    expect(loadOf(found).response.p50).toBeNull();
  });

  test('the fallback engine cannot certify', async () => {
    const found = await results({ ...day, engine: 'autocannon' });
    expect(found.word).toBe('INCONCLUSIVE');
    expect(found.gates.filter((gate) => gate.verdict === 'pass')).toHaveLength(3);
    expect(found.sentence).toContain('fallback engine autocannon');
  });

  test('failures that are answers do not count against availability', async () => {
    const failures = () => ({ kind: 'http', status: 404, count: 24, message: 'not there' }) as const;
    const found = await results({ ...minute, failures });
    expect(objective(found, 'availability')).toMatchObject({ value: 100, verdict: 'pass' });
    expect(objective(found, 'error-rate').verdict).toBe('fail');
    // So that 100 % beside 2 % of errors explains itself.
    expect(objective(found, 'availability').reason).toMatch(
      /1,440 requests count as errors and not here: the target answered them, but with another class of status/,
    );
    const few = await results({ ...minute, failures: () => ({ kind: 'http', status: 404, count: 1, message: '' }) });
    expect(objective(few, 'availability').reason).not.toContain('count as errors and not here');
  });

  test('health checks are reported beside availability, weighted by time', async () => {
    const found = await results({
      ...minute,
      health: [
        { atMs: 0, up: true },
        { atMs: 45_000, up: false },
      ],
    });
    expect(objective(found, 'availability').reason).toContain('Health checks found it up 75 % of the time.');
  });
});

describe('windows', () => {
  test('merge exactly; void ones are shown, but not judged by', async () => {
    const folder = await made({
      ...minute,
      windows: 400,
      routes: ['GET /'],
      samples: 40,
      medianMs: (window) => (window === 7 ? 9000 : 30),
      invalid: (window) => (window === 7 ? 'late' : null),
    });
    const found = await buildResults(folder);
    const [judged, first] = [new LatencyHistogram(), new LatencyHistogram()];
    for await (const { tag, startSec, histogram } of readHistogramLog(join(folder, 'windows', 'response.hlog'))) {
      if (tag !== 'all') continue;
      if (startSec !== 7) judged.add(histogram);
      if (startSec === 6 || startSec === 7) first.add(histogram);
    }
    expect(loadOf(found).response.p99).toBe((judged.percentile(99) ?? 0) / 1000);
    expect(loadOf(found).response.max).toBe((judged.max ?? 0) / 1000);
    expect(found.timeline.bucketMs).toBe(2000);
    expect(found.timeline.points).toHaveLength(200);
    expect(found.timeline.points[3]).toMatchObject({ atMs: 6000, p99: (first.percentile(99) ?? 0) / 1000 });
    expect(found.timeline.bands).toEqual([
      { lane: 'invalid', startMs: 7000, endMs: 8000, label: 'late', state: 'inconclusive' },
    ]);
    expect(loadOf(found).generator).toMatchObject({ windows: 400, invalidWindows: 1 });
    expect(loadOf(found).requests.completed).toBe(480_000);
    expect(objective(found, 'throughput').value).toBeCloseTo(1200, 6);
  });

  test('after the end, of sessions let finish, do not thin the rate', async () => {
    const found = await results({ ...minute, windows: 66, durationMs: 60_000 });
    expect(objective(found, 'throughput').value).toBeCloseTo(1200, 6);
    expect(loadOf(found).averageRatePerSecond).toBe(1200);
    expect(found.timeline.bands).toEqual([]);
  });

  test('routes are capped at the 50 busiest', async () => {
    const routes = Array.from({ length: 73 }, (_, i) => `GET /r${i}`);
    const found = await results({ ...minute, windows: 3, routes, samples: 5 });
    expect(loadOf(found).routes).toHaveLength(50);
    expect(loadOf(found).routesLeftOut).toBe(23);
    expect(
      loadOf(found)
        .routes.map(({ route }) => route)
        .slice(0, 3),
    ).toEqual(['/r0', '/r1', '/r2']);
    expect(loadOf(found).routes.every(({ response }) => response.p95 !== null)).toBe(true);
  });

  test('an objective of one route is judged by that route alone', async () => {
    const slow = {
      ...objective(await results({ ...minute, windows: 5 }), 'response-p95').objective,
      route: 'POST /checkout',
    };
    const found = await results({ ...minute, medianMs: () => 48, config: { objectives: [slow] } });
    const [result] = found.objectives;
    expect(result?.value).not.toBe(loadOf(found).response.p95);
    expect(loadOf(found).routes.find((one) => `${one.method} ${one.route}` === 'POST /checkout')?.response.p95).toBe(
      result?.value,
    );
    const unknown = await results({ ...minute, windows: 5, config: { objectives: [{ ...slow, route: 'GET /no' }] } });
    expect(unknown.objectives[0]?.reason).toBe('Not measured: no request of GET /no was planned.');
  });
});

describe('runs cut off', () => {
  test('a killed one gives what it measured, and says so', async () => {
    const found = await results({ ...minute, windows: 20, durationMs: 60_000, killed: true });
    expect(found.run).toMatchObject({
      interrupted: 'ended without a final event (killed?)',
      coveredMs: 20_000,
      endedAt: null,
    });
    expect(found.word).toBe('INCONCLUSIVE');
    expect(loadOf(found).response.p95).not.toBeNull();
    expect(found.timeline.bands).toEqual([
      { lane: 'gap', startMs: 20_000, endMs: 60_000, label: 'not measured', state: 'inconclusive' },
    ]);
  });

  test('a killed one with failures does not guess whose they were', async () => {
    const failures = () => ({ kind: 'http', status: 404, count: 24, message: 'not there' }) as const;
    const found = await results({ ...minute, windows: 20, durationMs: 60_000, killed: true, failures });
    expect(objective(found, 'availability').verdict).toBe('inconclusive');
    expect(objective(found, 'availability').reason).toContain('cut off before it wrote down');
  });

  test('cut anywhere, the journal and the logs still give results', async () => {
    const folder = await made({ ...minute, windows: 12, samples: 20 });
    const journal = await readFile(join(folder, 'journal.ndjson'), 'utf8');
    const log = await readFile(join(folder, 'windows', 'response.hlog'), 'latin1');
    const started = journal.indexOf('\n') + 1;
    for (let part = 1; part <= 20; part++) {
      await writeFile(
        join(folder, 'journal.ndjson'),
        journal.slice(0, started + Math.floor(((journal.length - started) * part) / 21)),
      );
      await truncate(join(folder, 'windows', 'response.hlog'), Math.floor((log.length * part) / 21));
      const found = await buildResults(folder);
      expect(found.word).toBe('INCONCLUSIVE');
      expect(found.run.interrupted).toBe('ended without a final event (killed?)');
    }
  });

  test('without its logs, a run has no latencies but its counts', async () => {
    const folder = await made({ ...minute, windows: 5 });
    await rm(join(folder, 'windows'), { recursive: true });
    const found = await buildResults(folder);
    expect(loadOf(found).requests.completed).toBe(6000);
    expect(objective(found, 'response-p95').verdict).toBe('inconclusive');
  });

  test('an interrupted one that failed has failed', async () => {
    const found = await results({
      ...minute,
      windows: 20,
      durationMs: 60_000,
      medianMs: () => 400,
      interrupted: 'stopped',
    });
    expect(found.run.interrupted).toBe('stopped');
    expect(found.word).toBe('FAILED');
  });
});

describe('what is not as it should be', () => {
  test('unknown events are passed over, damaged lines are counted', async () => {
    const folder = await made({ ...minute, windows: 5 });
    const journal = join(folder, 'journal.ndjson');
    const before = await buildResults(folder);
    const odd = [
      JSON.stringify(envelope({ type: 'shakedown.chaos.begun', data: {} }, 1)),
      JSON.stringify(envelope({ type: '__proto__', data: {} }, 2)),
      JSON.stringify(envelope({ type: 'shakedown.window.closed', data: { window: { index: -1 }, routes: [] } }, 3)),
      '{"type":',
      'null',
      '',
    ];
    await appendFile(journal, `${odd.join('\n')}\n`);
    await appendFile(join(folder, 'windows', 'service.hlog'), 'Tag=all,0.000,1.000,1.000,HISTFAAAAA==\nnonsense\n');
    writeManifest(folder);
    const after = await buildResults(folder);
    expect(after.warnings).toEqual([
      '3 damaged lines of the journal were skipped.',
      '2 damaged lines of windows/service.hlog were skipped.',
    ]);
    expect([after.objectives, after.gates]).toEqual([before.objectives, before.gates]);
    expect(after.missing).toContain('journal.ndjson is damaged, lines 21, 22, 23: what stood there is not judged.');
    expect(after.missing.join()).toContain('in windows/service.hlog, damaged lines: 1');
  });

  test('a folder without a run, or a journal without a beginning, is an error that says so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'run-'));
    folders.push(folder);
    await expect(buildResults(folder)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    await writeFile(join(folder, 'journal.ndjson'), '{"specversion":"1.0","type":"shak');
    await expect(buildResults(folder)).rejects.toMatchObject({ code: 'RUN_JOURNAL' });
  });

  test.each([
    ['objectives', { objectives: 'all' }],
    ['one row of a table', { objectives: [{ ...own, target: 'low' }] }],
    ['a row of a change', { objectives: { 'response-p95': { target: null } } }],
    ['a threshold', { apdexThresholdMs: -1 }],
    ['honesty', { honesty: 7 }],
  ])('saved settings that cannot be read leave the run open, and it says so: %s', async (_, config) => {
    const found = await results({ ...day, config });
    expect(found.objectives.length).toBeGreaterThan(10);
    expect(found.gates.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass']);
    expect(found.word).toBe('INCONCLUSIVE');
    expect(found.sentence).toMatch(/^Nothing failed, but what it was to be judged by cannot be read \(/);
    expect(found.missing.filter((line) => line.includes('so it was judged by the defaults'))).toHaveLength(1);
    expect(loadOf(found).apdex?.thresholdMs).toBe(100);
  });
});

test('the same folder gives the same bytes, and plain JSON', async () => {
  const folder = await made({
    ...minute,
    windows: 30,
    failures: () => ({ kind: 'reset', status: 0, count: 1, message: 'r' }),
  });
  const [first, second] = [await buildResults(folder), await buildResults(folder)];
  const text = JSON.stringify(first, null, 2);
  expect(JSON.stringify(second, null, 2)).toBe(text);
  expect(JSON.parse(text)).toEqual(first);
});
