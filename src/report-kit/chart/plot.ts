import type { Results } from '../../model/results.ts';
import { type SvgMarkup, svg } from '../svg.ts';
import type { Scale } from './scale.ts';

/** What of a run its timeline is drawn from: of a run under way there is no more. */
export interface Charted {
  run: { startedAt: string; loadStartedAt?: string | null };
  timeline: Results['timeline'];
  /** Of the response time. */
  latencyTargetsMs: readonly number[];
  /** Of the share of requests that fail; null: none. */
  errorTargetPercent: number | null;
}

/** Sizes of the timeline for one width of the page. */
export interface Layout {
  /** Distinguishes ids when two drawings are on one page. */
  id: string;
  width: number;
  left: number;
  right: number;
  responseHeight: number;
  rateHeight: number;
  errorHeight: number;
  /** Lane names in the margin, or above their lane where there is none. */
  laneNames: 'beside' | 'above';
  timeTicks: number;
  /** More points than this cannot be distinguished at this width. */
  mostPoints: number;
}

export const wideLayout: Layout = {
  id: 'w',
  width: 1032,
  left: 86,
  right: 34,
  responseHeight: 196,
  rateHeight: 46,
  errorHeight: 34,
  laneNames: 'beside',
  timeTicks: 10,
  mostPoints: 360,
};

export const mediumLayout: Layout = { ...wideLayout, id: 'm', width: 660, timeTicks: 6, mostPoints: 180 };

export const narrowLayout: Layout = {
  id: 'n',
  width: 320,
  left: 50,
  right: 28,
  responseHeight: 168,
  rateHeight: 44,
  errorHeight: 32,
  laneNames: 'above',
  timeTicks: 4,
  mostPoints: 120,
};

/** What every panel of the timeline needs. */
export interface Plot {
  layout: Layout;
  /** Milliseconds after the load's start to a coordinate. */
  x: Scale;
  lengthMs: number;
}

/** A drawn panel; `height` includes its heading. */
export interface Panel {
  parts: SvgMarkup[];
  height: number;
}

/** Widest plausible width of a label of 11 px in the page's type; there is nothing to measure text with. */
export function labelWidth(text: string): number {
  return [...text].length * 6.9;
}

export const headingHeight = 22;

export function heading(layout: Layout, y: number, title: string, note = ''): SvgMarkup {
  const parts = [svg('tspan', { class: 'strong' }, [title])];
  if (note !== '') parts.push(svg('tspan', { class: 'quiet' }, [`  ${note}`]));
  return svg('text', { class: 'over-line', x: layout.laneNames === 'beside' ? layout.left : 0, y: y + 12 }, parts);
}

/** A value beside the axis; a goal has a dashed line in place of a hairline. */
export interface AxisMark {
  at: number;
  label: string;
  isGoal?: boolean;
}

/** Horizontal lines with their values in the left margin. */
export function yAxis(layout: Layout, y: Scale, marks: readonly AxisMark[]): SvgMarkup[] {
  return marks.flatMap(({ at, label, isGoal }) => [
    svg('line', {
      class: isGoal ? 'goal' : 'grid',
      x1: layout.left,
      x2: layout.width - layout.right,
      y1: y(at),
      y2: y(at),
    }),
    svg('text', { class: isGoal ? 'strong' : 'quiet', x: layout.left - 8, y: y(at) + 4, 'text-anchor': 'end' }, [
      label,
    ]),
  ]);
}
