import { z } from 'zod';

/** What a figure of the target is about. */
const metricKind = z.enum([
  'cpu',
  'memory',
  'disk',
  'network',
  'descriptors',
  'threads',
  'gc',
  'database',
  'queue',
  'other',
]);
export type MetricKind = z.infer<typeof metricKind>;

const metricUnit = z.enum(['cores', 'bytes', 'bytes/s', 'count', '%', 'ms', 's', '/s']);
export type MetricUnit = z.infer<typeof metricUnit>;

/** One series of figures watched over a run: of the target, or of the harness and its generator themselves. */
export const metricDescription = z.object({
  /** Stable over runs, such as `shop-1.memory`; no spaces. */
  id: z.string(),
  /** For people: `shop-1 memory`. */
  title: z.string(),
  kind: metricKind,
  unit: metricUnit,
  /** Whose it is: `generator` is k6, `harness` is Shakedown itself. */
  subject: z.enum(['target', 'generator', 'harness']),
  /** Process, container, pod or host that it is of; null: of the system as a whole. */
  instance: z.string().nullable(),
  /** Where it was read: `Prometheus query …`, `scrape http://…`, `/proc of pid 123`. */
  source: z.string(),
  /** Where it ends: a memory limit, the open-files limit, the disk's size. In the metric's unit; null when unknown. */
  limit: z.number().nullable(),
});
export type MetricDescription = z.infer<typeof metricDescription>;

/** Thinned for the report: at most some 360 points; `values[i]` belongs to the interval that begins at `startMs + i * stepMs`; null: no figure. */
export interface MetricSeries {
  metric: MetricDescription;
  startMs: number;
  stepMs: number;
  values: (number | null)[];
  /** Over all samples, not only the points kept. */
  samples: number;
  mean: number | null;
  max: number | null;
  last: number | null;
}
