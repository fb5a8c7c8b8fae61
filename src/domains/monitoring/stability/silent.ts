import type { Period, ProcessChange, SilentSeries } from '../../../model/stability.ts';
import { lengthMs, without } from '../../../stats/periods.ts';
import type { Watched } from '../fold.ts';

/** Exporters may need a minute until they are asked for the first time. */
const lateAtMostMs = 90_000;

interface Measured {
  endMs: number;
  gaps: readonly Period[];
  /** When a fault, a deployment or planned downtime was on, or had just ended. */
  expected: readonly Period[];
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
  const late = lateWatch(metrics, { endMs, excused });
  const instances = new Map<string, { all: number; silent: SilentSeries[] }>();
  for (const { metric, fold } of metrics.values()) {
    if (metric.subject !== 'target' || fold.presence.samples === 0) continue;
    const name = metric.instance ?? metric.title;
    const of = instances.get(name) ?? { all: 0, silent: [] };
    instances.set(name, of);
    of.all++;
    const holes = without(fold.presence.holes(endMs), excused).filter(
      (hole) => lengthMs([hole]) > fold.presence.toleratedMs(endMs),
    );
    const [longest] = holes.sort((a, b) => lengthMs([b]) - lengthMs([a]));
    if (longest !== undefined) of.silent.push({ ...longest, title: metric.title });
  }
  const silent = [...instances].flatMap(([name, { all, silent }]) => {
    const [first] = silent;
    return first !== undefined && silent.length === all ? [{ ...first, title: name }] : silent;
  });
  return [...late, ...silent];
}

/** An instance may join later, but something of the target has to be there from the start: of what has a limit, where anything has one. */
function lateWatch(
  metrics: Watched['metrics'],
  { endMs, excused }: { endMs: number; excused: readonly Period[] },
): SilentSeries[] {
  const seen = [...metrics.values()].filter(
    ({ metric, fold }) => metric.subject === 'target' && fold.presence.samples > 0,
  );
  const limited = seen.filter(({ shares }) => shares !== null);
  if (seen.length === 0) return [];
  const toMs = Math.min(endMs, ...(limited.length > 0 ? limited : seen).map(({ fold }) => fold.presence.firstMs));
  return without([{ fromMs: 0, toMs: Math.max(toMs, 0) }], excused)
    .filter((hole) => lengthMs([hole]) > lateAtMostMs)
    .map((hole) => ({ ...hole, title: 'the target' }));
}
