import type { WindowResult } from '../../../model/results.ts';

/** Whether a window is judged like the rest: the generator kept up, and no fault was on. */
export function isJudged({ invalid, excluded }: Pick<WindowResult, 'invalid' | 'excluded'>): boolean {
  return invalid === null && excluded === undefined;
}
