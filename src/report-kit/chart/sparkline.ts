import type { Period } from '../../model/stability.ts';
import { pathData, type SvgMarkup, svg } from '../svg.ts';
import { linearScale } from './scale.ts';

/** Figures at regular distances on the run's clock, ms. */
export interface Course {
  startMs: number;
  stepMs: number;
  values: readonly (number | null)[];
}

const finite = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/**
 * Fewer points, two for each interval: its lowest and its highest in the order in which they came, so that neither a spike nor a
 * dip is lost.
 */
function reduced(course: Course, most: number): (readonly [atMs: number, value: number] | null)[] {
  const { startMs, stepMs, values } = course;
  const size = Math.max(1, Math.ceil((values.length * 2) / most));
  const points: (readonly [number, number] | null)[] = [];
  for (let from = 0; from < values.length; from += size) {
    const known: [number, number][] = [];
    for (let index = from; index < Math.min(values.length, from + size); index++) {
      const value = values[index];
      if (finite(value)) known.push([startMs + (index + 0.5) * stepMs, value]);
    }
    const [first] = known;
    if (first === undefined) {
      if (points.at(-1) !== null) points.push(null);
      continue;
    }
    const lowest = known.reduce((a, b) => (b[1] < a[1] ? b : a), first);
    const highest = known.reduce((a, b) => (b[1] > a[1] ? b : a), first);
    points.push(...(lowest === highest ? [lowest] : [lowest, highest].toSorted((a, b) => a[0] - b[0])));
  }
  return points;
}

const width = 150;
const height = 30;

/** A trend in a table's row, on a scale of its own: the figures as a line, the fitted slope dashed over it. */
export function trendSparkline(
  course: Course | null,
  fit: { period: Period; startValue: number; endValue: number },
  lengthMs: number,
  state: string,
): SvgMarkup | null {
  const points = course === null ? [] : reduced(course, 50);
  const values = [...points.flatMap((point) => (point === null ? [] : [point[1]])), fit.startValue, fit.endValue];
  if (!values.every(Number.isFinite) || !(lengthMs > 0)) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // A flat series would else be drawn as noise over the whole height.
  const room = Math.max((high - low) * 0.1, Math.abs(high) * 0.02, 1e-9);
  const x = linearScale(0, lengthMs, 2, width - 2);
  const y = linearScale(low - room, high + room, height - 2, 2);
  const { fromMs, toMs } = fit.period;
  return svg('svg', { class: 'sparkline', viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' }, [
    svg('path', {
      class: 'line p95',
      d: pathData(points.map((point) => (point === null ? null : [x(point[0]), y(point[1])]))),
    }),
    svg('line', { class: `fit ${state}`, x1: x(fromMs), x2: x(toMs), y1: y(fit.startValue), y2: y(fit.endValue) }),
  ]);
}

const panelWidth = 240;
const panelHeight = 60;

/**
 * One of many small drawings that share the run's time axis; from 0 up, with the limit dashed where it is in view.
 * @param said for those who do not see it
 */
export function resourcePanel(course: Course, limit: number | null, lengthMs: number, said: string): SvgMarkup | null {
  const points = reduced(course, 84);
  const values = points.flatMap((point) => (point === null ? [] : [point[1]]));
  if (values.length === 0 || !(lengthMs > 0)) return null;
  const highest = Math.max(...values, 0);
  const lowest = Math.min(...values, 0);
  const isLimitSeen = limit !== null && Number.isFinite(limit) && limit > 0 && highest > limit * 0.4;
  const top = Math.max(highest * 1.12, isLimitSeen ? limit * 1.06 : 0, lowest + 1e-9);
  const x = linearScale(0, lengthMs, 1, panelWidth - 1);
  const y = linearScale(lowest, top, panelHeight - 1, 3);
  return svg(
    'svg',
    { class: 'panel', viewBox: `0 0 ${panelWidth} ${panelHeight}`, preserveAspectRatio: 'none', role: 'img' },
    [
      svg('title', {}, [said]),
      svg('line', { class: 'grid', x1: 0, x2: panelWidth, y1: y(0), y2: y(0) }),
      ...(isLimitSeen ? [svg('line', { class: 'goal', x1: 0, x2: panelWidth, y1: y(limit), y2: y(limit) })] : []),
      svg('path', {
        class: 'line p95',
        d: pathData(points.map((point) => (point === null ? null : [x(point[0]), y(point[1])]))),
      }),
    ],
  );
}
