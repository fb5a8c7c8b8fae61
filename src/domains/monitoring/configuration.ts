import { z } from 'zod';
import { headersSchema, urlSchema } from '../../model/http-schemas.ts';
import type { Configuration } from '../configuration.ts';
import {
  resolveMonitoring,
  examples as validationExamples,
  schemas as validationSchemas,
} from './validation/configuration.ts';

const name = z.string().regex(/^[\w.-]{1,60}$/, 'must be letters, digits, dots, dashes and underscores');
const kind = z.enum(['cpu', 'memory', 'disk', 'network', 'descriptors', 'threads', 'gc', 'database', 'queue', 'other']);
const unit = z.enum(['cores', 'bytes', 'bytes/s', 'count', '%', 'ms', 's', '/s']);
const file = z.string().min(1);
const moment = z
  .union([z.iso.datetime({ offset: true }), z.number().min(0)])
  .describe('ISO 8601 with an offset, or seconds after the load began.');

const query = z.strictObject({
  id: name.describe('Short name of the figure.'),
  title: z.string().min(1).max(120).optional().describe('Name in the report; the id when absent.'),
  query: z.string().min(1).max(4000).describe('PromQL that gives one figure, or one for each instance.'),
  kind: kind.default('other').describe('Kind of figure.'),
  unit: unit.default('count').describe('Its unit.'),
  limit: z.number().positive().optional().describe('Its limit, in its unit; none when absent.'),
});

/** What a configuration may say of the target under watch; relative files are of the configuration's folder. */
const watchSchema = z
  .strictObject({
    everyS: z
      .number()
      .min(1)
      .max(3600)
      .optional()
      .describe('Seconds between readings; by the run’s length when absent.'),
    prometheus: z
      .strictObject({
        url: urlSchema.describe('Its URL.'),
        headers: headersSchema.default({}).describe('Headers of every request, such as a tenant.'),
        caFile: file.optional().describe('PEM file of the CA that signed its certificate; those of Node when absent.'),
        queries: z.array(query).max(100).default([]).describe('Figures of your own.'),
        alerts: z.boolean().default(true).describe('Follow its alerts.'),
      })
      .optional()
      .describe('A Prometheus server to ask; none when absent.'),
    scrape: z
      .array(
        z.strictObject({
          url: urlSchema.describe('Its URL.'),
          name: name.describe('Name in the report.'),
          headers: headersSchema.default({}).describe('Headers of every request.'),
          caFile: file
            .optional()
            .describe('PEM file of the CA that signed its certificate; those of Node when absent.'),
          metrics: z
            .array(z.string().min(1).max(200))
            .max(50)
            .default([])
            .describe('More metrics to read, such as `http_open` or `pool{state="waiting"}`.'),
        }),
      )
      .max(50)
      .default([])
      .describe('URLs of metrics in Prometheus’ text format.'),
    processes: z
      .array(
        z
          .strictObject({
            name: name.describe('Name in the report.'),
            pid: z.int().positive().optional().describe('Process id; the one in pidFile when absent.'),
            pidFile: file.optional().describe('File that holds the pid; pid when absent.'),
            children: z.boolean().default(true).describe('Include the processes that it started.'),
          })
          .refine((one) => (one.pid === undefined) !== (one.pidFile === undefined), 'needs either pid or pidFile'),
      )
      .max(50)
      .default([])
      .describe('Processes of the target on this machine.'),
    logs: z
      .array(
        z.strictObject({
          name: name.describe('Name in the report.'),
          file: file.describe('The log file.'),
          pattern: z
            .string()
            .min(1)
            .max(500)
            .refine(isPattern, 'must be a regular expression')
            .optional()
            .describe('Lines that match it are errors; those of level error or worse when absent.'),
        }),
      )
      .max(50)
      .default([])
      .describe('Log files to count error lines in.'),
    plannedDowntime: z
      .array(
        z.strictObject({
          from: moment,
          to: moment,
          reason: z.string().min(1).max(200).describe('Reason, shown in the report.'),
        }),
      )
      .max(100)
      .default([])
      .describe(
        'When the target may be down: failed health checks, alerts, restarts and missing figures do not count then, failed requests do.',
      ),
  })
  .prefault({})
  .describe('What is monitored while the load is on.');

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

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    watch: ResolvedWatch;
  }
}

/** @param at makes a path absolute */
function resolveWatch(watch: z.output<typeof watchSchema>, at: (path: string) => string): ResolvedWatch {
  const orNull = (path: string | undefined) => (path === undefined ? null : at(path));
  const { prometheus } = watch;
  return {
    everyS: watch.everyS ?? null,
    prometheus:
      prometheus === undefined
        ? null
        : {
            ...prometheus,
            url: prometheus.url.replace(/\/+$/, ''),
            caFile: orNull(prometheus.caFile),
            queries: prometheus.queries.map((one) => ({
              ...one,
              title: one.title ?? one.id,
              limit: one.limit ?? null,
            })),
          },
    scrape: watch.scrape.map((one) => ({ ...one, caFile: orNull(one.caFile) })),
    processes: watch.processes.map((one) => ({ ...one, pid: one.pid ?? null, pidFile: orNull(one.pidFile) })),
    logs: watch.logs.map((one) => ({ ...one, file: at(one.file), pattern: one.pattern ?? null })),
    plannedDowntime: watch.plannedDowntime,
  };
}

const schemas = { watch: watchSchema, ...validationSchemas };

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    ...validationExamples,
    {
      watch: {
        everyS: 5,
        prometheus: {
          url: 'https://prometheus.example.com',
          headers: { 'x-scope-orgid': 'shop' },
          caFile: 'ca.pem',
          queries: [
            {
              id: 'pool',
              title: 'Connections in use',
              query: 'pg_pool_used / pg_pool_size * 100',
              kind: 'database',
              unit: '%',
              limit: 100,
            },
          ],
          alerts: true,
        },
        scrape: [
          {
            name: 'shop-1',
            url: 'http://127.0.0.1:8081/metrics',
            headers: { authorization: 'Bearer test' },
            caFile: 'ca.pem',
            metrics: ['http_open'],
          },
        ],
        processes: [
          { name: 'worker', pidFile: '/run/worker.pid', children: true },
          { name: 'queue', pid: 4711 },
        ],
        logs: [{ name: 'shop', file: '/var/log/shop.log', pattern: 'ERROR|FATAL' }],
        plannedDowntime: [{ from: '2026-12-01T02:00:00+01:00', to: '2026-12-01T02:05:00+01:00', reason: 'upgrade' }],
      },
    },
  ],
  resolve: ({ watch, monitoring }, { at }) => ({
    watch: resolveWatch(watch, at),
    monitoring: resolveMonitoring(monitoring, at),
  }),
};

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
