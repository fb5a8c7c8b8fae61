import type { MetricDescription } from '../../../model/watch.ts';
import type { Exposition, Series } from './exposition.ts';

/** How figures of a scrape become one of ours. */
export interface KnownFigure {
  /** Appended to the scrape's name. */
  id: string;
  words: string;
  kind: MetricDescription['kind'];
  unit: MetricDescription['unit'];
  /** Names of its series in different libraries; the first one found is taken, summed over labels. */
  names: string[];
  /** Only series with these labels. */
  labels?: Record<string, string>;
  /** A growing count: its rate is taken. */
  counter: boolean;
  /** Ours in one of theirs. */
  factor?: number;
  /** Series that hold its limit. */
  limits?: string[];
}

/** Figures that client libraries export under the same names everywhere. */
export const knownFigures: readonly KnownFigure[] = [
  { id: 'cpu', words: 'CPU', kind: 'cpu', unit: 'cores', names: ['process_cpu_seconds_total'], counter: true },
  {
    id: 'memory',
    words: 'memory',
    kind: 'memory',
    unit: 'bytes',
    names: ['process_resident_memory_bytes'],
    counter: false,
  },
  {
    id: 'fds',
    words: 'open files',
    kind: 'descriptors',
    unit: 'count',
    names: ['process_open_fds', 'process_files_open_files'],
    counter: false,
    limits: ['process_max_fds', 'process_files_max_files'],
  },
  {
    id: 'threads',
    words: 'threads',
    kind: 'threads',
    unit: 'count',
    names: ['go_goroutines', 'jvm_threads_live_threads', 'jvm_threads_current', 'process_threads'],
    counter: false,
  },
  {
    id: 'heap',
    words: 'heap',
    kind: 'memory',
    unit: 'bytes',
    names: ['nodejs_heap_size_used_bytes', 'go_memstats_heap_inuse_bytes'],
    counter: false,
  },
  {
    id: 'heap',
    words: 'heap',
    kind: 'memory',
    unit: 'bytes',
    names: ['jvm_memory_used_bytes', 'jvm_memory_bytes_used'],
    labels: { area: 'heap' },
    counter: false,
    limits: ['jvm_memory_max_bytes', 'jvm_memory_bytes_max'],
  },
  {
    id: 'gc',
    words: 'garbage collection, ms a second',
    kind: 'gc',
    unit: 'ms',
    names: [
      'nodejs_gc_duration_seconds_sum',
      'go_gc_duration_seconds_sum',
      'jvm_gc_pause_seconds_sum',
      'jvm_gc_collection_seconds_sum',
    ],
    counter: true,
    factor: 1000,
  },
  {
    id: 'eventloop',
    words: 'event loop lag p99',
    kind: 'other',
    unit: 'ms',
    names: ['nodejs_eventloop_lag_p99_seconds', 'nodejs_eventloop_lag_seconds'],
    counter: false,
    factor: 1000,
  },
];

/** Figures of databases and queues are taken without being named, a few of each scrape. */
const takenByName = /^pg_(?!settings)|queue/;
const takenAtMost = 20;

/**
 * The figures to take by name: those of databases and queues that the scrape has, and those that the user listed.
 * @param listed names, with labels in braces where only some series are meant: `pool{state="waiting"}`
 */
export function namedFigures(
  scrape: Exposition,
  listed: readonly { name: string; labels: Record<string, string> }[],
): KnownFigure[] {
  const names = new Set(scrape.series.map(({ name }) => name));
  const found = [...names].filter((name) => takenByName.test(name) && !/_(sum|created|info)$/.test(name)).sort();
  return [
    ...listed.map(({ name, labels }) => figureOf(scrape, name, labels)),
    ...found.slice(0, takenAtMost).map((name) => figureOf(scrape, name, {})),
  ];
}

function figureOf(scrape: Exposition, name: string, labels: Record<string, string>): KnownFigure {
  const counter = isCounter(scrape, name);
  const seconds = /_seconds(_total|_sum)?$/.test(name);
  const bytes = /_bytes(_total|_sum)?$/.test(name);
  const unit = counter ? (bytes ? 'bytes/s' : '/s') : bytes ? 'bytes' : seconds ? 's' : 'count';
  const values = Object.values(labels);
  return {
    id: [name, ...values.map((value) => value.replace(/[^\w.-]+/g, '_'))].join('.'),
    words: [name.replaceAll('_', ' '), ...values].join(' '),
    kind: /^pg_|pool|sql|database|(^|_)db_/.test(name)
      ? 'database'
      : /queue|backlog|pending/.test(name)
        ? 'queue'
        : 'other',
    unit,
    names: [name],
    labels,
    counter,
  };
}

/** In OpenMetrics the type is that of the family, without `_total`. Sums and counts of histograms grow too. */
function isCounter({ types }: Exposition, name: string): boolean {
  const type = types.get(name) ?? types.get(name.replace(/_total$/, ''));
  if (type !== undefined) return type === 'counter';
  return /_(total|sum|count)$/.test(name);
}

/** Sum over the series of a figure; null when there are none. Quantiles are no parts of a sum. */
export function totalOf(
  series: readonly Series[],
  names: readonly string[],
  labels: Record<string, string> = {},
): number | null {
  for (const name of names) {
    let total: number | null = null;
    for (const one of series) {
      if (one.name !== name || 'quantile' in one.labels) continue;
      if (Object.entries(labels).every(([label, value]) => one.labels[label] === value))
        total = (total ?? 0) + one.value;
    }
    if (total !== null) return total;
  }
  return null;
}
