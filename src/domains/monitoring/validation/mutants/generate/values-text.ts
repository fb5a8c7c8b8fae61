import { rounded } from './numbers.ts';
import type { Assignment, Series } from './world.ts';

/** A stretch of time in which every axis keeps its value. */
export interface Phase {
  readonly steps: number;
  readonly at: Assignment;
}

/** The values of a series in promtool's notation, through all phases; null: it is never there. */
export function valuesText(series: Series, phases: readonly Phase[]): string | null {
  const pieces: string[] = [];
  let last = 0;
  let isThere = false;
  let was = false;
  let stairs = 0;
  for (const { steps, at } of phases) {
    const sum = (axes: readonly number[]) =>
      axes.reduce<number | null>((total, axis) => (total === null || at[axis] == null ? null : total + at[axis]), 0);
    const level = sum(series.level);
    const slope = sum(series.slope);
    if (level === null || slope === null) {
      // A series that ends is stale at once; its last value would be seen for five minutes else.
      pieces.push(isThere ? `stale${steps > 1 ? ` _x${steps - 1}` : ''}` : `_x${steps}`);
      isThere = false;
      continue;
    }
    was = true;
    if (series.isStairs) {
      const values: string[] = [];
      for (let step = 0; step < steps; step++) {
        stairs += Math.abs(slope);
        values.push(String(slope < 0 ? 1000 - Math.floor(stairs) : Math.floor(stairs)));
      }
      pieces.push(values.join(' '));
    } else {
      const start = series.level.length > 0 ? level : isThere || last > 0 ? last + slope : 0;
      pieces.push(stretch(rounded(start), rounded(slope), steps));
      last = rounded(start) + rounded(slope) * (steps - 1);
    }
    isThere = true;
  }
  return was ? pieces.join(' ') : null;
}

/** `0+5x9` is ten values. */
function stretch(start: number, slope: number, steps: number): string {
  const text = (value: number) => (Number.isInteger(value) ? String(value) : plain(value));
  if (slope === 0) return `${text(start)}x${steps - 1}`;
  return `${text(start)}${slope < 0 ? '-' : '+'}${text(Math.abs(slope))}x${steps - 1}`;
}

/** Without an exponent, which the notation does not take. */
function plain(value: number): string {
  const text = String(value);
  return /e/.test(text) ? value.toFixed(12).replace(/0+$/, '') : text;
}
