import type { Comparison, Interval } from '../model/verdict.ts';

const holdsFor: Record<Comparison, (value: number, target: number) => boolean> = {
  '<': (value, target) => value < target,
  '<=': (value, target) => value <= target,
  '>': (value, target) => value > target,
  '>=': (value, target) => value >= target,
  '=': (value, target) => value === target,
};

export function holds(value: number, comparison: Comparison, target: number): boolean {
  return holdsFor[comparison](value, target);
}

/** Where an interval lies: wholly `right`, wholly `wrong`, or on both sides. */
export function sideOf(interval: Interval, comparison: Comparison, target: number): 'right' | 'wrong' | 'both' {
  // An end that is no number lies on neither side.
  if (Number.isNaN(interval.low) || Number.isNaN(interval.high)) return 'both';
  const low = holds(interval.low, comparison, target);
  const high = holds(interval.high, comparison, target);
  if (low && high) return 'right';
  // An interval around a target that must be met exactly has both its ends off the target.
  if (low || high || (comparison === '=' && interval.low < target && target < interval.high)) return 'both';
  return 'wrong';
}
