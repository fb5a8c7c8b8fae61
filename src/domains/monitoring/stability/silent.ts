import type { ProcessChange, SilentSeries, Stretch } from '../../../model/stability.ts';
import { lengthMs, without } from '../../../stats/periods.ts';
import type { Watched } from '../fold.ts';

interface Measured {
  endMs: number;
  gaps: readonly Stretch[];
  /** When a fault, a deployment or planned downtime was on, or had just ended. */
  expected: readonly Stretch[];
}

/** Processes of the target that went away or were replaced for no reason that the run knows of. One that came back went away before. */
export function restartsOf({ processes }: Watched, { expected, gaps }: Measured): ProcessChange[] {
  const excused = [...expected, ...gaps];
  return processes.filter(
    ({ state, atMs }) =>
      state !== 'back' && atMs >= 0 && !excused.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs),
  );
}

/**
 * Figures of the target that end before the run does, or are missing for a while in it: an instance of which every figure is missing is one,
 * else each figure is. The longest time of each.
 */
export function silentSeries({ metrics }: Watched, { endMs, gaps, expected }: Measured): SilentSeries[] {
  const excused = [...expected, ...gaps];
  const instances = new Map<string, { all: number; silent: SilentSeries[] }>();
  for (const { metric, fold } of metrics.values()) {
    if (metric.subject !== 'target' || fold.presence.samples === 0) continue;
    const name = metric.instance ?? metric.title;
    const of = instances.get(name) ?? { all: 0, silent: [] };
    instances.set(name, of);
    of.all++;
    const holes = without(fold.presence.holes(endMs), excused).filter(
      (hole) => lengthMs([hole]) > fold.presence.toleratedMs,
    );
    const [longest] = holes.sort((a, b) => lengthMs([b]) - lengthMs([a]));
    if (longest !== undefined) of.silent.push({ ...longest, title: metric.title });
  }
  return [...instances].flatMap(([name, { all, silent }]) => {
    const [first] = silent;
    return first !== undefined && silent.length === all ? [{ ...first, title: name }] : silent;
  });
}
