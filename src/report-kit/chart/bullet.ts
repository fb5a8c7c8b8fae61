import type { ObjectiveResult } from '../../model/verdict.ts';
import { interval, quantity, target } from '../format.ts';
import { type SvgMarkup, svg } from '../svg.ts';
import { linearScale } from './scale.ts';

const width = 150;
const height = 22;
const middle = height / 2;
const edge = 3;

/** Domain in which target, value and interval are all seen; a share near 100 % is drawn by its distance from 100. */
function domain(values: readonly number[], goal: number, isShare: boolean): [low: number, high: number] {
  const lowest = Math.min(...values);
  const highest = Math.max(...values);
  if (isShare && goal > 50) return [Math.max(0, Math.min(lowest, goal - (100 - goal)) - (100 - lowest) * 0.15), 100];
  return [Math.min(0, lowest), Math.max(highest * 1.12, goal * 1.5)];
}

/**
 * Where a figure lies: the allowed side of the scale, the target as a dotted line, the interval as a band and the value as a
 * stroke. `null` where there is no figure to draw.
 */
export function bulletGraph(result: ObjectiveResult): SvgMarkup | null {
  const { objective, value, verdict } = result;
  if (value === null || !Number.isFinite(value) || !Number.isFinite(objective.target)) return null;
  const ends = result.interval === null ? [] : [result.interval.low, result.interval.high].filter(Number.isFinite);
  const isShare = objective.unit === '%' || (objective.unit === 'score' && objective.target > 1);
  const [low, high] = domain([value, objective.target, ...ends], objective.target, isShare);
  if (!(high > low)) return null;
  const x = linearScale(low, high, edge, width - edge);
  const goal = x(objective.target);
  const isUpper = objective.comparison.startsWith('<');
  const allowed = objective.comparison === '=' ? [goal, goal] : isUpper ? [edge, goal] : [goal, width - edge];
  const [from = 0, to = 0] = allowed;
  const parts = [
    svg('rect', { class: 'track', x: edge, y: middle - 1.5, width: width - 2 * edge, height: 3 }),
    svg('rect', { class: 'allowed', x: from, y: middle - 1.5, width: Math.max(0, to - from), height: 3 }),
  ];
  if (ends.length === 2) {
    const [start, end] = [x(ends[0] ?? value), x(ends[1] ?? value)];
    parts.push(
      svg('rect', { class: `band ${verdict}`, x: start, y: middle - 4.5, width: Math.max(1, end - start), height: 9 }),
    );
  }
  parts.push(
    svg('line', { class: 'goal', x1: goal, x2: goal, y1: 2, y2: height - 2 }),
    svg('line', { class: `value ${verdict}`, x1: x(value), x2: x(value), y1: middle - 6, y2: middle + 6 }),
  );
  const said =
    `${quantity(value, objective.unit, objective.target)}, required ${target(objective.comparison, objective.target, objective.unit)}` +
    (result.interval === null ? '' : `, interval ${interval(result.interval, objective.unit, objective.target)}`);
  return svg('svg', { class: 'bullet', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img' }, [
    svg('title', {}, [said]),
    ...parts,
  ]);
}
