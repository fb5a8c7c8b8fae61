import { z } from 'zod';

const count = z.int().min(0);
const text = z.string();

export const evidence = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('off'), why: text }),
  z.object({
    kind: z.literal('traces'),
    /** `Zipkin`, `Jaeger`, `OTLP`. */
    of: text,
    withinMs: z.number(),
    services: z.array(text),
    database: z.boolean(),
    traces: z.array(
      z.object({
        /** What was requested: host and path, without its query. */
        request: text,
        /** Status of the answer; null: there was none. */
        answered: z.number().nullable(),
        error: text.nullable(),
        /** From the answer to the whole trace, ms; null: it never was whole, or not found. */
        delayMs: z.number().nullable(),
        /** null: it was not found. */
        seen: z
          .object({
            spans: count,
            services: z.array(text),
            absent: z.array(text),
            orphans: count,
            roots: count,
            goesOn: z.boolean(),
            reachesDatabase: z.boolean(),
            status: z.number().nullable(),
            saysError: z.boolean(),
          })
          .nullable(),
      }),
    ),
    /** Why traces can't be asked for; null: they can. */
    error: text.nullable(),
  }),
]);

export type Evidence = z.infer<typeof evidence>;
export type Traces = Extract<Evidence, { kind: 'traces' }>;
