import type { Objective } from '../model/verdict.ts';
import { requirement } from './words.ts';

/** What distinguishes one figure from another. */
const figureKeys = [
  'metric',
  'statistic',
  'route',
  'method',
  'excludeFirstS',
  'windowS',
  'comparedWith',
  'unit',
] as const;

/** How a sentence begins that says what the configuration takes from policy and defaults: what joins runs looks for it. */
export const configurationAsksLess = 'The configuration asks for less';
export const configurationLeavesOut = 'The configuration’s own table of objectives leaves out';

/** Of those that are judged, which ask for less than before, in words. */
export function weakerOf(before: readonly Objective[], judged: readonly Objective[]): string[] {
  const byId = new Map(judged.map((one) => [one.id, one]));
  return before.flatMap((one) => {
    const now = byId.get(one.id);
    return now === undefined || !asksLess(one, now) ? [] : [inWords(one, now)];
  });
}

/** Whether something could pass now that would have failed, or counted, before. */
function asksLess(before: Objective, now: Objective): boolean {
  if (figureKeys.some((key) => before[key] !== now[key])) return true;
  if ((before.key && !now.key) || (before.weight > 0 && now.weight === 0 && !now.key)) return true;
  if (now.minimumSamples < before.minimumSamples) return true;
  if (before.comparison === '=') return now.comparison !== '=' || now.target !== before.target;
  return before.comparison.startsWith('<') ? now.target > before.target : now.target < before.target;
}

function inWords(before: Objective, now: Objective): string {
  const was = requirement(before);
  const is = requirement(now);
  if (figureKeys.some((key) => before[key] !== now[key])) return `${before.id} (another figure)`;
  if (was !== is) return `${before.id} (${is}, not ${was})`;
  return `${before.id} (${before.key && !now.key ? 'no longer key' : now.weight === 0 && before.weight > 0 ? 'without weight' : 'of fewer samples'})`;
}
