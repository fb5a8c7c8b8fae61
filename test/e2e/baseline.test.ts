import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { serve } from '../domains/load/shop.ts';
import { describeWithK6 } from '../setup/programs.ts';
import { type LoadResults, type Project, recordedProject, verdictOf } from './project.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Slow enough that the jitter of a busy machine is a small part of it. */
const baseMs = 150;

/** What a busy machine and a quarter of a minute can show. */
const lowered = `
honesty: { maxGeneratorLatenessMs: 5000, maxInvalidShare: 1 }
objectives:
  response-p50: { target: 5000 }
  response-p95: { target: 5000, key: false, weight: 0 }
  response-p99: { target: 5000, key: false, weight: 0 }
  slow-answers: { target: 5, minimumSamples: 500 }
  utilization: { key: false, weight: 0 }
  utilization-max: { key: false, weight: 0 }
  route-errors: { target: 50 }
  worst-minute-errors: { target: 50 }
  throughput: { target: 10, minimumSamples: 500 }
  error-rate: { target: 20 }
  availability: { target: 70 }
  stable-time: { target: 0.003 }
  coverage: { target: 50 }
  fidelity: { target: 1 }
  status-parity: { target: 50 }
  regression: { target: 50 }
`;

function newest(made: Project): LoadResults {
  const runs = readdirSync(join(made.folder, 'reports/runs'))
    .filter((name) => !name.endsWith('.log'))
    .sort();
  const stories = runs.map((run) => join(made.folder, 'reports/runs', run, 'results.json'));
  const all = stories.map((file) => JSON.parse(readFileSync(file, 'utf8')) as LoadResults);
  return all.toSorted((a, b) => a.run.startedAt.localeCompare(b.run.startedAt)).at(-1) as LoadResults;
}

describeWithK6('a run that passes becomes the baseline of the next', (k6) => {
  const env = { SHAKEDOWN_K6: k6.path };

  it('and a slow build, and one that fails more, are reported as regressions, by route', async () => {
    const build = { slowMs: 0, failEvery: Number.POSITIVE_INFINITY };
    let count = 0;
    const shop = await serve(({ url }, response) => {
      const fails = url !== '/' && ++count % build.failEvery === 0;
      setTimeout(
        () => response.writeHead(fails ? 500 : 200).end(),
        url.startsWith('/b') ? baseMs + build.slowMs : baseMs,
      );
    });
    closing.push(shop.close);
    const made = await recordedProject(['/a', '/b'], `http://127.0.0.1:${shop.port}`, 15, 50, lowered);
    closing.push(made.remove);
    const run = () => made.run(['simulate', '--duration', '15s'], env);

    const first = await run();
    expect(first.code, `${first.stdout}${first.stderr}`).toBe(0);
    const passed = newest(made);
    expect(passed.word).toBe('PASSED');
    expect(passed.missing.join(' ')).toContain('no passing run is kept as a baseline yet');
    // Eleven seconds of stable time were asked for: too short for a trend, and said so.
    expect(verdictOf(passed, 'drift')).toBeUndefined();
    expect(passed.missing.join(' ')).toContain('Drift was not asked for in a run this short');
    const listed = await made.run(['baseline', 'list', '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject([{ runId: passed.run.id, points: 15 }]);

    build.slowMs = 600;
    const second = await run();
    expect(second.code, second.stdout).toBe(1);
    const slow = newest(made);
    expect(slow.sections.load.regression).toMatchObject({
      verdict: 'fail',
      design: 'paired',
      baselines: [{ runId: passed.run.id }],
    });
    expect(verdictOf(slow, 'regression')).toBe('fail');
    expect(slow.objectives.filter(({ verdict }) => verdict === 'fail').map(({ objective }) => objective.id)).toEqual([
      'regression',
    ]);
    const of = (subject: string) =>
      slow.sections.load.regression?.comparisons.find((one) => one.subject === subject && one.statistic === 'p50');
    expect(of('GET /b')).toMatchObject({ verdict: 'fail' });
    expect(of('GET /b')?.change).toBeGreaterThan(100);
    expect(of('GET /a')?.verdict).not.toBe('fail');

    build.slowMs = 0;
    build.failEvery = 12;
    const third = await run();
    expect(third.code, third.stdout).toBe(1);
    const failing = newest(made);
    // Both failed against the first: only what passed is kept.
    expect(failing.sections.load.regression?.baselines).toMatchObject([{ runId: passed.run.id }]);
    expect(verdictOf(failing, 'error-rate')).toBe('pass');
    expect(failing.sections.load.regression?.comparisons[0]).toMatchObject({
      statistic: 'error_rate',
      verdict: 'fail',
      baseline: 0,
    });
    expect(failing.sections.load.regression?.sentence).toMatch(/^Worse than the last passing run/);
    expect(verdictOf(failing, 'regression')).toBe('fail');
  }, 400_000);
});
