import type { Metric } from '../../../gate/metric.ts';
import { duration, list } from '../../../gate/words.ts';
import type { Watched } from '../fold.ts';
import type { MonitoringSection } from '../section.ts';
import { mostlyPlanned } from '../stability/downtime.ts';

type MonitoringMetric = Metric<Watched, MonitoringSection>;

const namedAtMost = 3;
const nothing = { value: null, samples: 0, absent: 'nothing of the target was watched' } as const;

function named(all: readonly string[]): string {
  const more = all.length - namedAtMost;
  return list([...all.slice(0, namedAtMost), ...(more > 0 ? [`${more} more`] : [])]);
}

function watchedOf({ metrics }: Watched): number {
  return [...metrics.values()].filter(({ metric, fold }) => metric.subject === 'target' && fold.presence.samples > 0)
    .length;
}

/** Processes of the target that went away or were restarted, though neither a fault nor a plan was the reason. */
export const restarts: MonitoringMetric = {
  id: 'restarts',
  words: 'number of unplanned restarts of the target',
  shortWords: 'restarts',
  unit: 'count',
  cause: 'errors',
  isCount: true,
  read: ({ state, section, facts }) => {
    const samples = watchedOf(state);
    const found = section?.stability?.restarts;
    if (found === undefined || (samples === 0 && found.length === 0)) return nothing;
    const open = mostlyPlanned(state, facts);
    if (found.length === 0) return { value: 0, samples, ...(open === undefined ? {} : { open }) };
    const words = found.map(
      ({ name, state: what, atMs }) =>
        `${name} ${what === 'gone' ? 'went away' : 'was restarted'} at ${duration(atMs)}`,
    );
    return { value: found.length, samples, reason: `Without a plan or a fault, ${named(words)}.` };
  },
};

/** What stopped being reported, or was not for a while. */
export const silent: MonitoringMetric = {
  id: 'silent_series',
  words: 'number of watched figures that went missing',
  shortWords: 'missing figures',
  unit: 'count',
  // What the figures would have shown is not known: it is no proof against the target.
  missed: 'inconclusive',
  cause: 'coverage',
  isCount: true,
  doubt: () => 'figures of the target that were watched went missing',
  read: ({ state, section, facts }) => {
    const found = section?.stability?.silent;
    const samples = watchedOf(state);
    if (found === undefined || samples === 0) return nothing;
    if (found.length === 0) return { value: 0, samples };
    const endMs = facts.judged.endMs;
    const words = found.map(({ title, fromMs, toMs }) =>
      toMs >= endMs
        ? `${title} stopped reporting at ${duration(fromMs)}`
        : `${title} reported nothing from ${duration(fromMs)} to ${duration(toMs)}`,
    );
    return { value: found.length, samples, reason: `Watched figures went missing: ${named(words)}.` };
  },
};
