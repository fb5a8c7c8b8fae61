import { z } from 'zod';

const name = z.string().regex(/^[\w.-]{1,60}$/, 'must be letters, digits, dots, dashes and underscores');
/** Headers to send: any that HTTP lets through as plain text. */
export const headersSchema = z.record(
  z.string().regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/i),
  z.string().regex(/^[\t\x20-\x7e]*$/),
);
/** Where to send it: http or https, without a password that would end up in a report. */
export const urlSchema = z.string().refine((text) => {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  return parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '';
}, 'must be an http:// or https:// URL without user and password');
const kind = z.enum(['cpu', 'memory', 'disk', 'network', 'descriptors', 'threads', 'gc', 'database', 'queue', 'other']);
const unit = z.enum(['cores', 'bytes', 'bytes/s', 'count', '%', 'ms', 's', '/s']);
const file = z.string().min(1);
const moment = z
  .union([z.iso.datetime({ offset: true }), z.number().min(0)])
  .describe('ISO 8601 with an offset, or seconds after the load began.');

const query = z.strictObject({
  id: name,
  title: z.string().min(1).max(120).optional(),
  query: z.string().min(1).max(4000).describe('PromQL; one figure, or one for each instance.'),
  kind: kind.optional(),
  unit: unit.optional(),
  limit: z.number().positive().optional().describe('Where it ends, in its unit.'),
});

/** What a configuration may say of the target under watch; relative files are of the configuration's folder. */
export const watchSchema = z.strictObject({
  everyS: z.number().min(1).max(3600).optional().describe('Seconds between readings; by the run’s length when absent.'),
  prometheus: z
    .strictObject({
      url: urlSchema,
      headers: headersSchema.optional(),
      caFile: file.optional().describe('PEM file of the CA that signed its certificate.'),
      queries: z.array(query).max(100).optional(),
      alerts: z.boolean().optional().describe('Follow its alerts; true when absent.'),
    })
    .optional()
    .describe('A Prometheus server to ask.'),
  scrape: z
    .array(
      z.strictObject({
        url: urlSchema,
        name,
        headers: headersSchema.optional(),
        caFile: file.optional(),
        metrics: z
          .array(z.string().min(1).max(200))
          .max(50)
          .optional()
          .describe('More names to take, such as `http_open` or `pool{state="waiting"}`.'),
      }),
    )
    .max(50)
    .optional()
    .describe('Addresses that answer in Prometheus’ text format.'),
  processes: z
    .array(
      z
        .strictObject({
          name,
          pid: z.int().positive().optional(),
          pidFile: file.optional(),
          children: z.boolean().optional().describe('Count its descendants too; true when absent.'),
        })
        .refine((one) => (one.pid === undefined) !== (one.pidFile === undefined), 'needs either pid or pidFile'),
    )
    .max(50)
    .optional()
    .describe('Processes of the target on this machine.'),
  logs: z
    .array(
      z.strictObject({
        name,
        file,
        pattern: z.string().min(1).max(500).refine(isPattern, 'must be a regular expression').optional(),
      }),
    )
    .max(50)
    .optional()
    .describe('Log files to count error lines in: those of level error or worse, or that match the pattern.'),
  plannedDowntime: z
    .array(z.strictObject({ from: moment, to: moment, reason: z.string().min(1).max(200) }))
    .max(100)
    .optional(),
});

type Watch = z.output<typeof watchSchema>;
type Complete<T> = { [K in keyof T]-?: Exclude<T[K], undefined> };

/** With every default filled in and every path absolute; plain JSON. */
export interface ResolvedWatch {
  /** null: by the run's length. */
  everyS: number | null;
  prometheus: {
    url: string;
    headers: Record<string, string>;
    caFile: string | null;
    alerts: boolean;
    queries: (Omit<Complete<z.output<typeof query>>, 'limit'> & { limit: number | null })[];
  } | null;
  scrape: { url: string; name: string; headers: Record<string, string>; caFile: string | null; metrics: string[] }[];
  processes: { name: string; pid: number | null; pidFile: string | null; children: boolean }[];
  logs: { name: string; file: string; pattern: string | null }[];
  plannedDowntime: { from: string | number; to: string | number; reason: string }[];
}

declare module '../../../model/config.ts' {
  interface ResolvedConfig {
    watch: ResolvedWatch;
  }
}

/** @param at makes a path absolute */
export function resolveWatch(watch: Watch | undefined, at: (path: string) => string): ResolvedWatch {
  const orNull = (path: string | undefined) => (path === undefined ? null : at(path));
  const prometheus = watch?.prometheus;
  return {
    everyS: watch?.everyS ?? null,
    prometheus:
      prometheus === undefined
        ? null
        : {
            url: prometheus.url.replace(/\/+$/, ''),
            headers: { ...prometheus.headers },
            caFile: orNull(prometheus.caFile),
            alerts: prometheus.alerts ?? true,
            queries: (prometheus.queries ?? []).map((one) => ({
              id: one.id,
              title: one.title ?? one.id,
              query: one.query,
              kind: one.kind ?? 'other',
              unit: one.unit ?? 'count',
              limit: one.limit ?? null,
            })),
          },
    scrape: (watch?.scrape ?? []).map((one) => ({
      url: one.url,
      name: one.name,
      headers: { ...one.headers },
      caFile: orNull(one.caFile),
      metrics: one.metrics ?? [],
    })),
    processes: (watch?.processes ?? []).map((one) => ({
      name: one.name,
      pid: one.pid ?? null,
      pidFile: orNull(one.pidFile),
      children: one.children ?? true,
    })),
    logs: (watch?.logs ?? []).map((one) => ({ name: one.name, file: at(one.file), pattern: one.pattern ?? null })),
    plannedDowntime: watch?.plannedDowntime ?? [],
  };
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
