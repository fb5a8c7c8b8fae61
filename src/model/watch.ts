/** What a figure of the target tells about. */
export type MetricKind =
  | 'cpu'
  | 'memory'
  | 'disk'
  | 'network'
  | 'descriptors'
  | 'threads'
  | 'gc'
  | 'database'
  | 'queue'
  | 'other';

export type MetricUnit = 'cores' | 'bytes' | 'bytes/s' | 'count' | '%' | 'ms' | 's' | '/s';

/** One series of figures watched over a run: of the target, or of the harness and its generator themselves. */
export interface MetricDescription {
  /** Stable over runs, such as `shop-1.memory`; no spaces. */
  id: string;
  /** For people: `shop-1 memory`. */
  title: string;
  kind: MetricKind;
  unit: MetricUnit;
  /** Whose it is: `generator` is k6, `harness` is Shakedown itself. */
  subject: 'target' | 'generator' | 'harness';
  /** Process, container, pod or host that it is of; null: of the system as a whole. */
  instance: string | null;
  /** Where it was read: `Prometheus query …`, `scrape http://…`, `/proc of pid 123`. */
  source: string;
  /** Where it ends: a memory limit, the open-files limit, the disk's size. In the metric's unit; null when unknown. */
  limit: number | null;
}

/** Thinned for the report: at most some 360 points; `values[i]` belongs to the stretch that begins at `startMs + i * stepMs`; null: no figure. */
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
