import type { WindowResult } from '../../../model/results.ts';

/** Whether a window is judged like the rest: the generator kept up, and no fault was on. */
export function isJudged({ void: invalid, aside }: Pick<WindowResult, 'void' | 'aside'>): boolean {
  return invalid === null && aside === undefined;
}
