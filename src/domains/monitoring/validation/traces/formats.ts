import { z } from 'zod';
import { isDatabase, type ReadSpans, statusOf } from './span.ts';

const id16 = (id: string) => id.toLowerCase().padStart(16, '0');

const zipkinAnswer = z.array(
  z.object({
    id: z.string(),
    parentId: z.string().optional(),
    kind: z.string().optional(),
    name: z.string().default(''),
    timestamp: z.number().default(0),
    duration: z.number().default(0),
    localEndpoint: z.object({ serviceName: z.string().default('') }).optional(),
    remoteEndpoint: z.object({ serviceName: z.string().default('') }).optional(),
    tags: z.record(z.string(), z.string()).default({}),
    shared: z.boolean().optional(),
  }),
);
const databases = /^(postgres(ql)?|mysql|mariadb|mongodb|redis|cassandra|oracle|mssql|sqlserver|cockroachdb)\b/i;

/** Zipkin's v2 JSON (https://zipkin.io/zipkin-api/). Times are in microseconds. */
export const zipkin: ReadSpans = (answer) =>
  zipkinAnswer.parse(answer).map((span) => {
    const tags = new Map<string, unknown>(Object.entries(span.tags));
    return {
      id: id16(span.id),
      parentId: span.parentId === undefined ? null : id16(span.parentId),
      service: span.localEndpoint?.serviceName ?? '',
      name: span.name,
      isServer: span.kind === 'SERVER',
      isDatabase: isDatabase(tags) || databases.test(span.remoteEndpoint?.serviceName ?? ''),
      isError: tags.has('error'),
      status: statusOf(tags),
      startMs: span.timestamp / 1000,
      durationMs: span.duration / 1000,
    };
  });

const tag = z.object({ key: z.string(), value: z.unknown() });
const jaegerAnswer = z.object({
  data: z.array(
    z.object({
      spans: z.array(
        z.object({
          spanID: z.string(),
          operationName: z.string().default(''),
          references: z.array(z.object({ refType: z.string(), spanID: z.string() })).nullish(),
          startTime: z.number(),
          duration: z.number(),
          tags: z.array(tag).nullish(),
          processID: z.string(),
        }),
      ),
      processes: z.record(z.string(), z.object({ serviceName: z.string() })),
    }),
  ),
});

/** Jaeger's query interface, `/api/traces/{id}`. Times are in microseconds. */
export const jaeger: ReadSpans = (answer) =>
  jaegerAnswer.parse(answer).data.flatMap(({ spans, processes }) =>
    spans.map((span) => {
      const tags = new Map((span.tags ?? []).map(({ key, value }) => [key, value]));
      const of = span.references?.find(({ refType }) => refType === 'CHILD_OF') ?? span.references?.[0];
      const error = tags.get('error');
      return {
        id: id16(span.spanID),
        parentId: of === undefined ? null : id16(of.spanID),
        service: processes[span.processID]?.serviceName ?? '',
        name: span.operationName,
        isServer: tags.get('span.kind') === 'server',
        isDatabase: isDatabase(tags),
        isError: error === true || error === 'true' || tags.get('otel.status_code') === 'ERROR',
        status: statusOf(tags),
        startMs: span.startTime / 1000,
        durationMs: span.duration / 1000,
      };
    }),
  );

const anyValue = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
  boolValue: z.boolean().optional(),
  doubleValue: z.number().optional(),
});
const attributes = z.array(z.object({ key: z.string(), value: anyValue.prefault({}) })).default([]);
const scope = z.object({
  spans: z.array(
    z.object({
      spanId: z.string(),
      parentSpanId: z.string().optional(),
      name: z.string().default(''),
      kind: z.union([z.string(), z.number()]).optional(),
      startTimeUnixNano: z.union([z.string(), z.number()]),
      endTimeUnixNano: z.union([z.string(), z.number()]),
      attributes,
      status: z.object({ code: z.union([z.string(), z.number()]).optional() }).prefault({}),
    }),
  ),
});
const resource = z.object({
  resource: z.object({ attributes }).prefault({}),
  scopeSpans: z.array(scope).optional(),
  instrumentationLibrarySpans: z.array(scope).optional(),
});
const otlpAnswer = z.object({ resourceSpans: z.array(resource).optional(), batches: z.array(resource).optional() });

/** OTLP's JSON, also within Tempo's `batches`, `trace` and Jaeger's `result`. Ids are hexadecimal, or in base 64 where they were written so. */
export const otlp: ReadSpans = (answer) => {
  const outer = answer as { trace?: unknown; result?: unknown };
  const { resourceSpans, batches } = otlpAnswer.parse(outer.trace ?? outer.result ?? answer);
  return (resourceSpans ?? batches ?? []).flatMap(({ resource: of, scopeSpans, instrumentationLibrarySpans }) => {
    const service = String(tagsOf(of.attributes).get('service.name') ?? '');
    return (scopeSpans ?? instrumentationLibrarySpans ?? []).flatMap(({ spans }) =>
      spans.map((span) => {
        const tags = tagsOf(span.attributes);
        const startMs = Number(span.startTimeUnixNano) / 1e6;
        return {
          id: hexOf(span.spanId),
          parentId: span.parentSpanId === undefined || span.parentSpanId === '' ? null : hexOf(span.parentSpanId),
          ...{ service, name: span.name, startMs, durationMs: Number(span.endTimeUnixNano) / 1e6 - startMs },
          isServer: span.kind === 2 || span.kind === 'SPAN_KIND_SERVER',
          isDatabase: isDatabase(tags),
          isError: span.status.code === 2 || span.status.code === 'STATUS_CODE_ERROR',
          status: statusOf(tags),
        };
      }),
    );
  });
};

function tagsOf(list: z.output<typeof attributes>): Map<string, unknown> {
  return new Map(
    list.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.boolValue ?? value.doubleValue]),
  );
}

const hexOf = (id: string) =>
  /^[0-9a-f]{16}$/i.test(id) ? id.toLowerCase() : Buffer.from(id, 'base64').toString('hex');
