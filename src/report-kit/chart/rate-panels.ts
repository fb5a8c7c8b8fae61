import { percent, plainNumber } from '../format.ts';
import { pathData, svg } from '../svg.ts';
import { type Charted, heading, headingHeight, type Panel, type Plot, yAxis } from './plot.ts';
import { linearScale, niceCeiling, type Scale } from './scale.ts';

const finite = (value: number | null): value is number => value !== null && Number.isFinite(value);

function curve(plot: Plot, results: Charted, y: Scale, pick: (index: number) => number | null) {
  const { points, bucketMs } = results.timeline;
  return points.map((point, index) => {
    const value = pick(index);
    return finite(value) ? ([plot.x(point.atMs + bucketMs / 2), y(value)] as const) : null;
  });
}

function filled(line: readonly (readonly [number, number] | null)[], bottom: number): string {
  const known = line.filter((at) => at !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || known.length < 2) return '';
  return `${pathData([[first[0], bottom], ...known, [last[0], bottom]])}Z`;
}

/** Requests sent per second as an area, planned ones as a dashed line over it. */
export function ratePanel(results: Charted, plot: Plot, top: number): Panel {
  const { points } = results.timeline;
  const { layout } = plot;
  const bottom = top + headingHeight + layout.rateHeight;
  const rates = points.flatMap((point) => [point.ratePerSecond, point.plannedRatePerSecond]).filter(Number.isFinite);
  const high = niceCeiling(Math.max(0.1, ...rates) * 1.05);
  const y = linearScale(0, high, bottom, top + headingHeight);
  const sent = curve(plot, results, y, (index) => points[index]?.ratePerSecond ?? null);
  const planned = curve(plot, results, y, (index) => points[index]?.plannedRatePerSecond ?? null);
  return {
    height: bottom - top,
    parts: [
      heading(layout, top, 'Requests per second', 'dashed: planned'),
      svg('path', { class: 'fill', d: filled(sent, bottom) }),
      ...yAxis(layout, y, [
        { at: 0, label: '0' },
        { at: high, label: plainNumber(high, 2) },
      ]),
      svg('path', { class: 'line rate', d: pathData(sent) }),
      svg('path', { class: 'line planned', d: pathData(planned) }),
    ],
  };
}

/** Share of failed requests, in percent, with the run's own error target where it lies in view. */
export function errorPanel(results: Charted, plot: Plot, top: number): Panel {
  const { points } = results.timeline;
  const { layout } = plot;
  const bottom = top + headingHeight + layout.errorHeight;
  const shares = points.map((point) => point.errorPercent).filter(finite);
  const goal = results.errorTargetPercent;
  const high = niceCeiling(Math.max(0.01, (goal ?? 0) * 1.5, ...shares));
  const y = linearScale(0, high, bottom, top + headingHeight);
  const line = curve(plot, results, y, (index) => points[index]?.errorPercent ?? null);
  const isGoalSeen = goal !== null && goal > high * 0.15 && goal < high;
  return {
    height: bottom - top,
    parts: [
      heading(layout, top, 'Failed requests', isGoalSeen ? `dashed: target ${percent(goal)}` : ''),
      svg('path', { class: 'fill fail', d: filled(line, bottom) }),
      ...yAxis(layout, y, [
        { at: 0, label: '0' },
        { at: high, label: percent(high) },
      ]),
      svg('path', { class: 'line errors', d: pathData(line) }),
      ...(isGoalSeen
        ? [svg('line', { class: 'goal', x1: layout.left, x2: layout.width - layout.right, y1: y(goal), y2: y(goal) })]
        : []),
    ],
  };
}
