import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { exposition } from '../../../src/run/live/exposition.ts';
import { runMetrics, serveMetrics } from '../../../src/run/live/metrics.ts';
import { ask, healthEvent, newState, windowEvent } from './course.ts';

function played() {
  const state = newState();
  state.follow({ kind: 'disk', freeBytes: 5e9 });
  state.follow(healthEvent(true, 'status 200'));
  for (let index = 0; index < 3; index++) state.follow(windowEvent(index, (request) => (request < 95 ? 40 : 190)));
  state.follow(windowEvent(3, () => 900, { invalid: 'late' }));
  return state;
}

test('what is scraped is what was counted: invalid windows apart, buckets exact at both targets', async () => {
  const server = await serveMetrics(played(), 0);
  const { text, headers } = await ask(`${server.origin}/metrics`);
  await server.close();
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  const value = (series: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')
        .at(-1),
    );
  expect(value('shakedown_response_time_seconds_bucket{le="0.1"}')).toBe(2850);
  expect(value('shakedown_response_time_seconds_bucket{le="0.2"}')).toBe(3000);
  expect(value('shakedown_response_time_seconds_bucket{le="+Inf"}')).toBe(3000);
  expect(value('shakedown_response_time_seconds_count')).toBe(3000);
  expect(value('shakedown_response_time_seconds_sum')).toBeCloseTo(2850 * 0.04 + 150 * 0.19, 0);
  expect(value('shakedown_requests_total{outcome="completed"}')).toBe(4000);
  expect(value('shakedown_windows_total{state="invalid"}')).toBe(1);
  expect(value('shakedown_so_far{state="within"}')).toBe(1);
  expect(value('shakedown_target_up')).toBe(1);
  expect(value('shakedown_disk_free_bytes')).toBe(5e9);
  expect(text).not.toMatch(/^process_|^nodejs_/m);
});

test('what is not known is left out, not 0', () => {
  const text = exposition(runMetrics(newState()));
  expect(text).not.toMatch(/^shakedown_(target_up|disk_free_bytes|window_answered_per_second) /m);
});

test('every query of the Grafana dashboard asks for metrics and labels that there are', async () => {
  const file = new URL('../../../reports/assets/grafana-dashboard.json', import.meta.url);
  const dashboard = JSON.parse(await readFile(file, 'utf8')) as {
    panels: { title: string; targets?: { expr: string }[] }[];
    templating: { list: { query?: unknown }[] };
  };
  const text = exposition(runMetrics(played()));
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const names = new Set(series.map((line) => /^[a-z0-9_]+/.exec(line)?.[0]));
  const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  expect(queries.length).toBeGreaterThan(10);
  for (const query of queries) {
    const asked = [...query.matchAll(/\b(shakedown_[a-z0-9_]+)(?:\{([^}]*)\})?/g)];
    expect(asked.length, query).toBeGreaterThan(0);
    for (const [, name = '', labels = ''] of asked) {
      expect(names, query).toContain(name);
      for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
        expect(
          series.some((line) => line.startsWith(`${name}{`) && line.includes(`${label}="${value}"`)),
          query,
        ).toBe(true);
      }
    }
  }
});
