import { z } from 'zod';
import { headersSchema, urlSchema } from '../../../../model/http-schemas.ts';

const service = z.string().min(1).max(200);

/** Where traces are found. */
export const tracesSchema = z
  .strictObject({
    kind: z
      .enum(['zipkin', 'jaeger', 'otlp'])
      .describe(
        'Interface that traces are read by: Zipkin’s v2, Jaeger’s `/api/traces`, or OTLP as Tempo and Jaeger’s `/api/v3/traces` answer.',
      ),
    url: urlSchema.describe('Its URL.'),
    headers: headersSchema.default({}).describe('Headers of every request, such as a tenant.'),
    caFile: z
      .string()
      .min(1)
      .optional()
      .describe('PEM file of the CA that signed its certificate; those of Node when absent.'),
    path: z
      .string()
      .regex(/^\/.*\{id\}/, 'must begin with / and hold {id}')
      .optional()
      .describe('Path of a trace; that of the kind when absent.'),
    urls: z.array(urlSchema).max(50).default([]).describe('What is requested, GET only; empty: the target.'),
    requests: z.int().min(1).max(100).default(5).describe('Requests to each URL.'),
    withinS: z.number().min(0.5).max(3600).default(30).describe('Seconds within which a whole trace must be found.'),
    services: z.array(service).max(50).default([]).describe('Services that every trace must have spans of.'),
    database: z.boolean().default(true).describe('Every trace must reach a database.'),
  })
  .optional()
  .describe('Where traces are found; not looked at when absent.');

type Written = NonNullable<z.output<typeof tracesSchema>>;

/** With every default filled in. */
export type TraceStore = Omit<Written, 'caFile' | 'path'> & { caFile: string | null; path: string };

export const tracesExample: z.input<typeof tracesSchema> = {
  ...{ kind: 'jaeger', url: 'https://jaeger.example.com', headers: { authorization: 'Bearer test' }, caFile: 'ca.pem' },
  ...{ path: '/api/traces/{id}', urls: ['https://shop.example.com/api/products/1'], requests: 5, withinS: 20 },
  ...{ services: ['gateway', 'shop'], database: true },
};

const usualPaths = { zipkin: '/api/v2/trace/{id}', jaeger: '/api/traces/{id}', otlp: '/api/traces/{id}' };

/** @param at makes a path absolute */
export function resolveTraces(traces: z.output<typeof tracesSchema>, at: (path: string) => string): TraceStore | null {
  if (traces === undefined) return null;
  const { caFile, path, url, ...rest } = traces;
  return {
    ...rest,
    url: url.replace(/\/+$/, ''),
    path: path ?? usualPaths[traces.kind],
    caFile: caFile === undefined ? null : at(caFile),
  };
}
