import type { LatencyFigures } from '../../model/results.ts';
import { milliseconds } from '../format.ts';
import { type SvgMarkup, svg } from '../svg.ts';
import { labelWidth } from './plot.ts';
import { logScale, type Scale } from './scale.ts';

const width = 190;
const height = 22;
const edge = 5;
const middle = height / 2;

/** A logarithmic axis that many small drawings in a table share, so that their rows can be compared. */
export interface SpreadAxis {
  x: Scale;
  goals: number[];
}

const finite = (value: number | null): value is number => value !== null && Number.isFinite(value) && value > 0;

/** The axis on which all of `figures` and both targets are seen. @param targets ms */
export function spreadAxis(
  figures: readonly LatencyFigures[],
  targets: { strict: number; standard: number },
): SpreadAxis {
  const goals = [...new Set([targets.strict, targets.standard])].filter(finite).sort((a, b) => a - b);
  const values = [...goals, ...figures.flatMap(({ p50, p99, p999, max }) => [p50, p99, p999, max]).filter(finite)];
  const low = Math.max(0.1, Math.min(...values) * 0.8);
  return { goals, x: logScale(low, Math.max(low * 10, ...values) * 1.1, edge, width - edge) };
}

function goalLines({ x, goals }: SpreadAxis, top = 0, bottom = height): SvgMarkup[] {
  return goals.map((goal) => svg('line', { class: 'goal', x1: x(goal), x2: x(goal), y1: top, y2: bottom }));
}

/** The axis itself, for a table's head: the targets by name. */
export function spreadHead(axis: SpreadAxis): SvgMarkup {
  let taken = -1;
  const labels = axis.goals.map((goal) => {
    const text = milliseconds(goal).replace(/[^\d.,]+$/, '');
    const half = labelWidth(text) / 2;
    const at = Math.min(width - half, Math.max(axis.x(goal), taken + half + 2));
    taken = at + half;
    return svg('text', { class: 'quiet', x: at, y: 12, 'text-anchor': 'middle' }, [text]);
  });
  const box = { class: 'spread-row', viewBox: `0 0 ${width} 20`, width, height: 20 };
  return svg('svg', { ...box, 'aria-hidden': 'true' }, [...labels, ...goalLines(axis, 15, 20)]);
}

/** One percentile: service time hollow, response time filled, the waiting between them a line. */
export function pairDrawing(axis: SpreadAxis, response: number | null, service: number | null): SvgMarkup | null {
  if (!finite(response)) return null;
  const at = axis.x(response);
  const parts = goalLines(axis);
  if (finite(service)) {
    const from = axis.x(service);
    parts.push(
      svg('line', { class: 'span', x1: from, x2: at, y1: middle, y2: middle }),
      svg('circle', { class: 'hollow', cx: from, cy: middle, r: 3.5 }),
    );
  }
  parts.push(svg('circle', { class: 'dot p95', cx: at, cy: middle, r: 3.5 }));
  return row(parts);
}

/** A route's response time: a line from p50 to p99, a stroke at p95. */
export function routeDrawing(axis: SpreadAxis, { p50, p95, p99 }: LatencyFigures): SvgMarkup | null {
  if (!finite(p50) || !finite(p95) || !finite(p99)) return null;
  return row([
    ...goalLines(axis),
    svg('line', { class: 'span', x1: axis.x(p50), x2: axis.x(p99), y1: middle, y2: middle }),
    svg('line', { class: 'stroke', x1: axis.x(p95), x2: axis.x(p95), y1: middle - 5, y2: middle + 5 }),
  ]);
}

// Beside the figures that it draws, in the same row of a table: nothing in it is new to those who do not see it.
function row(parts: readonly SvgMarkup[]): SvgMarkup {
  return svg(
    'svg',
    { class: 'spread-row', viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' },
    parts,
  );
}
