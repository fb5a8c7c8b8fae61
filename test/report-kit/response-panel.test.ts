import { expect, test } from 'vitest';
import type { TimelinePoint } from '../../src/model/results.ts';
import { narrowLayout, wideLayout } from '../../src/report-kit/chart/plot.ts';
import { responsePanel } from '../../src/report-kit/chart/response-panel.ts';
import { linearScale } from '../../src/report-kit/chart/scale.ts';
import { svg, svgMarkup } from '../../src/report-kit/svg.ts';

/** @param p99 of each second */
function drawn(p99: number[], layout = wideLayout) {
  const points = p99.map(
    (value, second) => ({ atMs: second * 1000, p50: value / 4, p95: value / 2, p99: value }) as TimelinePoint,
  );
  const plot = { layout, lengthMs: p99.length * 1000, x: linearScale(0, p99.length * 1000, layout.left, 900) };
  const results = {
    ...{ run: { startedAt: '2026-11-21T09:00:00Z' }, latencyTargetsMs: [100, 200], errorTargetPercent: null },
    timeline: { bucketMs: 1000, points, bands: [] },
  };
  const panel = responsePanel(results as never, plot as never, 0, null);
  const markup = svgMarkup(svg('g', {}, panel.parts));
  const [, d = ''] = /class="line p99" d="([^"]+)"/.exec(markup) ?? [];
  const ys = Array.from(d.matchAll(/[\d.]+[ ,]([\d.]+)/g), ([, y]) => Number(y));
  const highest = Math.min(...ys);
  const floor = panel.height;
  return { used: (floor - highest) / layout.responseHeight, text: markup.replace(/<[^>]+>/g, ' ') };
}

test('lines far below every target use the height, and the targets are named in place of drawn', () => {
  const { used, text } = drawn([9, 12, 13, 8]);
  expect(used).toBeGreaterThan(0.6);
  expect(text).toMatch(/targets 100.ms and 200.ms lie above/);
  expect(text).not.toContain('dashed');
  expect(drawn([9, 12, 13, 8], narrowLayout).text).toMatch(/targets above: 100.ms and 200.ms/);
});

test('a target that is near is drawn, one far above is named', () => {
  const { used, text } = drawn([20, 30, 40, 30]);
  expect(text).toMatch(/dashed: target 100.ms; 200.ms lies above/);
  expect(used).toBeGreaterThan(0.25);
});

test('where figures are near the targets, all are drawn as before', () => {
  expect(drawn([80, 120, 240, 90]).text).toMatch(/dashed: targets 100.ms and 200.ms(?! lie)/);
});
