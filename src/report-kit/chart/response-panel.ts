import type { TimelinePoint } from '../../model/results.ts';
import { milliseconds, plainNumber } from '../format.ts';
import { pathData, type SvgMarkup, svg } from '../svg.ts';
import { markAt } from './marks.ts';
import {
  type AxisMark,
  type Charted,
  heading,
  headingHeight,
  labelWidth,
  type Panel,
  type Plot,
  yAxis,
} from './plot.ts';
import { linearScale, logScale, logTicks, niceCeiling, type Scale, ticks } from './scale.ts';

/** The highest p99 of the run, and what was going on then. */
export interface WorstMoment {
  atMs: number;
  p99: number;
  label: string;
  isPastTarget: boolean;
}

interface Axis {
  y: Scale;
  marks: AxisMark[];
  isLog: boolean;
}

/** A target this many times above the highest figure is named and not drawn. */
const farAbove = 4;

const finite = (value: number | null): value is number => value !== null && Number.isFinite(value);

/** Values beside the axis: the targets always, round ones where they leave room for them. */
function marksOf(round: readonly number[], targets: readonly number[], y: Scale, last: number): AxisMark[] {
  const kept = round.filter((at) => targets.every((goal) => at === goal || Math.abs(y(at) - y(goal)) > 13));
  const all = [...new Set([...kept, ...targets])].sort((a, b) => a - b);
  return all.map((at) => ({
    at,
    label: at === 0 ? '0' : at === last || last === 0 ? milliseconds(at) : plainNumber(at, 1),
    isGoal: targets.includes(at),
  }));
}

/** Targets that the axis reaches: those far above every figure would press the lines onto the floor. */
function targetsInReach(points: readonly TimelinePoint[], targets: readonly number[]): number[] {
  const highest = Math.max(...points.map((point) => point.p99).filter(finite));
  return Number.isFinite(highest) ? targets.filter((goal) => goal <= highest * farAbove) : [...targets];
}

/** What the dashed lines are, and which targets lie above the drawing. */
function targetWords(targets: readonly number[], drawn: readonly number[], isBrief: boolean): string {
  if (targets.length === 0) return '';
  const above = targets.filter((goal) => !drawn.includes(goal));
  const list = (all: readonly number[]) => all.map((goal) => milliseconds(goal)).join(' and ');
  if (isBrief) return drawn.length === 0 ? `targets above: ${list(above)}` : 'dashed: targets';
  const plural = (all: readonly number[]) => (all.length === 1 ? 'target' : 'targets');
  const lie = above.length === 1 ? 'lies' : 'lie';
  if (drawn.length === 0) return `${plural(above)} ${list(above)} ${lie} above`;
  return `dashed: ${plural(drawn)} ${list(drawn)}${above.length === 0 ? '' : `; ${list(above)} ${lie} above`}`;
}

function axisOf(points: readonly TimelinePoint[], targets: readonly number[], top: number, bottom: number): Axis {
  const p99s = points.map((point) => point.p99).filter(finite);
  const highestTarget = targets.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...targets);
  // Room for the worst moment's name where no target is above it.
  const highest = Math.max(
    targets.length === 0 ? 1 : highestTarget * 1.2,
    ...p99s.map((p99) => p99 * (targets.length === 0 ? 1.2 : 1)),
  );
  const middle = p99s.toSorted((a, b) => a - b)[p99s.length >> 1] ?? highest;
  // A stall of seconds would press everything else, the targets too, onto the floor.
  if (highest > highestTarget * 10 || (highest > highestTarget * 6 && highest > middle * 8)) {
    const lowest = Math.min(...points.flatMap((point) => [point.p50, point.p99]).filter(finite));
    const low = 10 ** Math.floor(Math.log10(Math.max(Math.min(lowest, ...targets), 0.1)));
    // Room for the worst moment's name above it.
    const high = highest * 2.2;
    const y = logScale(low, high, bottom, top);
    return { y, marks: marksOf(logTicks(low, high), targets, y, 0), isLog: true };
  }
  const high = niceCeiling(highest * 1.06);
  const y = linearScale(0, high, bottom, top);
  const round = ticks(high, 5);
  return { y, marks: marksOf(round, targets, y, round.at(-1) ?? high), isLog: false };
}

function line(points: readonly TimelinePoint[], plot: Plot, half: number, y: Scale, key: 'p50' | 'p95' | 'p99') {
  const placed = points.map((point) => {
    const value = point[key];
    return finite(value) ? ([plot.x(point.atMs + half), y(value)] as const) : null;
  });
  const alone = placed.filter((at, index) => at !== null && !placed[index - 1] && !placed[index + 1]);
  return [
    svg('path', { class: `line ${key}`, d: pathData(placed) }),
    // A path of one point draws nothing.
    ...alone.flatMap((at) => (at === null ? [] : [svg('circle', { class: `dot ${key}`, cx: at[0], cy: at[1], r: 2 })])),
  ];
}

function area(points: readonly TimelinePoint[], plot: Plot, half: number, y: Scale): SvgMarkup {
  const known = points.filter((point) => finite(point.p50) && finite(point.p95));
  const upper = known.map((point) => [plot.x(point.atMs + half), y(point.p95 ?? 0)] as const);
  const lower = known.map((point) => [plot.x(point.atMs + half), y(point.p50 ?? 0)] as const).reverse();
  return svg('path', { class: 'spread', d: known.length < 2 ? '' : `${pathData([...upper, ...lower])}Z` });
}

/** Names of the lines where they end, moved apart where they would touch. */
function endLabels(points: readonly TimelinePoint[], plot: Plot, half: number, y: Scale): SvgMarkup[] {
  const last = points.findLast((point) => finite(point.p99));
  if (last === undefined) return [];
  const labels = (['p99', 'p95', 'p50'] as const)
    .flatMap((key) => (finite(last[key]) ? [{ key, at: y(last[key]) }] : []))
    .sort((a, b) => a.at - b.at);
  let lowest = Number.NEGATIVE_INFINITY;
  for (const label of labels) {
    label.at = Math.max(label.at, lowest + 13);
    lowest = label.at;
  }
  return labels.map(({ key, at }) =>
    svg('text', { class: `name ${key} over-line`, x: plot.x(last.atMs + half) + 6, y: at + 4 }, [key]),
  );
}

function worstLabel(
  points: readonly TimelinePoint[],
  worst: WorstMoment,
  plot: Plot,
  half: number,
  y: Scale,
  top: number,
) {
  const { layout } = plot;
  // In a thinned drawing the peak stands in the middle of a wider point.
  const own = points.find((point) => point.p99 === worst.p99);
  const at = plot.x((own?.atMs ?? worst.atMs) + half);
  const atY = y(worst.p99);
  const words = layout.laneNames === 'beside' ? worst.label : (worst.label.split(', ')[0] ?? worst.label);
  const mark = worst.isPastTarget ? 14 : 0;
  const width = labelWidth(words) + mark;
  const [least, most] = [layout.left + 4, layout.width - layout.right - width];
  const x = at + 10 <= most || at - 10 - width < least ? Math.max(least, Math.min(at + 10, most)) : at - 10 - width;
  // Beside the dot where it is high up, else above it.
  const baseline = Math.max(top + 11, atY - top < 18 ? atY + 4 : atY - 8);
  const state = worst.isPastTarget ? 'fail' : 'calm';
  return [
    svg('circle', { class: `dot ${state}`, cx: at, cy: atY, r: 3.5 }),
    ...(worst.isPastTarget ? [markAt('fail', x, baseline - 9.5, 11)] : []),
    svg('text', { class: `worst ${state}`, x: x + mark, y: baseline }, [words]),
  ];
}

/** p50, p95 and p99 over time, both targets dashed, the worst moment named. */
export function responsePanel(results: Charted, plot: Plot, top: number, worst: WorstMoment | null): Panel {
  const { points, bucketMs } = results.timeline;
  const { layout } = plot;
  const plotTop = top + headingHeight;
  const bottom = plotTop + layout.responseHeight;
  const targets = [...new Set(results.latencyTargetsMs)]
    .filter((goal) => goal > 0 && Number.isFinite(goal))
    .sort((a, b) => a - b);
  const drawn = targetsInReach(points, targets);
  const axis = axisOf(points, drawn, plotTop, bottom);
  const half = bucketMs / 2;
  const named = targetWords(targets, drawn, layout.laneNames === 'above');
  return {
    height: bottom - top,
    parts: [
      heading(layout, top, 'Response time', axis.isLog ? `${named}; logarithmic` : named),
      ...yAxis(layout, axis.y, axis.marks),
      area(points, plot, half, axis.y),
      ...(['p50', 'p95', 'p99'] as const).flatMap((key) => line(points, plot, half, axis.y, key)),
      ...endLabels(points, plot, half, axis.y),
      ...(worst === null ? [] : worstLabel(points, worst, plot, half, axis.y, plotTop)),
    ],
  };
}
