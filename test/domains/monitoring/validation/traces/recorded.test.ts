import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { jaeger, otlp, zipkin } from '../../../../../src/domains/monitoring/validation/traces/formats.ts';
import { lookAt } from './look-at.ts';

// Jaeger and Tempo are not run: these are answers of their forms, with the ids of the request in them.

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

interface One {
  id: string;
  /** `request`: the span that the request named as its own. */
  parent: string | null;
  service: string;
  status?: number;
  database?: boolean;
  error?: boolean;
}

const formats = {
  zipkin: (spans: One[], traceId: string) =>
    spans.map(({ id, parent, service, status, database, error }) => ({
      ...{
        traceId,
        id,
        ...(parent === null ? {} : { parentId: parent }),
        name: 'get',
        kind: status === undefined ? 'CLIENT' : 'SERVER',
      },
      ...{ timestamp: 1_795_953_328_250_000, duration: 1500, localEndpoint: { serviceName: service } },
      ...(database ? { remoteEndpoint: { serviceName: 'postgresql' } } : {}),
      tags: {
        ...(status === undefined ? {} : { 'http.status_code': String(status) }),
        ...(error ? { error: 'failed' } : {}),
      },
    })),
  jaeger: (spans: One[], traceID: string) => ({
    ...{ total: 0, limit: 0, offset: 0, errors: null },
    data: [
      {
        traceID,
        spans: spans.map(({ id, parent, service, status, database, error }) => ({
          ...{
            traceID,
            spanID: id,
            operationName: 'GET',
            startTime: 1_795_953_328_250_000,
            duration: 1500,
            processID: service,
            warnings: null,
          },
          references: parent === null ? [] : [{ refType: 'CHILD_OF', traceID, spanID: parent }],
          tags: [
            { key: 'span.kind', type: 'string', value: status === undefined ? 'client' : 'server' },
            ...(status === undefined ? [] : [{ key: 'http.status_code', type: 'int64', value: status }]),
            ...(database ? [{ key: 'db.system', type: 'string', value: 'postgresql' }] : []),
            ...(error ? [{ key: 'error', type: 'bool', value: true }] : []),
          ],
        })),
        processes: Object.fromEntries(spans.map(({ service }) => [service, { serviceName: service, tags: [] }])),
      },
    ],
  }),
  otlp: (spans: One[], traceId: string) => ({
    batches: spans.map(({ id, parent, service, status, database, error }) => ({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
      scopeSpans: [
        {
          scope: { name: 'test' },
          spans: [
            {
              // As Tempo writes bytes.
              traceId: Buffer.from(traceId, 'hex').toString('base64'),
              spanId: Buffer.from(id, 'hex').toString('base64'),
              ...(parent === null ? {} : { parentSpanId: Buffer.from(parent, 'hex').toString('base64') }),
              ...{ name: 'GET', kind: status === undefined ? 'SPAN_KIND_CLIENT' : 'SPAN_KIND_SERVER' },
              ...{ startTimeUnixNano: '1795953328250000000', endTimeUnixNano: '1795953328251500000' },
              attributes: [
                ...(status === undefined
                  ? []
                  : [{ key: 'http.response.status_code', value: { intValue: String(status) } }]),
                ...(database ? [{ key: 'db.system.name', value: { stringValue: 'postgresql' } }] : []),
              ],
              status: error ? { code: 'STATUS_CODE_ERROR' } : {},
            },
          ],
        },
      ],
    })),
  }),
};

const whole: One[] = [
  { id: '00000000000000a1', parent: 'request', service: 'gateway', status: 200 },
  { id: '00000000000000a2', parent: '00000000000000a1', service: 'gateway' },
  { id: '00000000000000b1', parent: '00000000000000a2', service: 'shop', status: 200 },
  { id: '00000000000000b2', parent: '00000000000000b1', service: 'shop', database: true },
];

/** A system that answers with a status, and tells of each request what it is told to. */
async function traced(kind: keyof typeof formats, spans: One[] | null, answers = 200): Promise<string> {
  const parents = new Map<string, string>();
  const server = createServer((request, response) => {
    const [, traceId, parentId] = /^00-(\w{32})-(\w{16})-01$/.exec(String(request.headers.traceparent)) ?? [];
    if (traceId !== undefined && parentId !== undefined) {
      parents.set(traceId, parentId);
      response.writeHead(answers).end();
      return;
    }
    const asked = request.url?.split('/').at(-1) ?? '';
    const parent = parents.get(asked);
    if (parent === undefined || spans === null) return response.writeHead(404).end();
    const told = spans.map((one) => (one.parent === 'request' ? { ...one, parent } : one));
    return response.end(JSON.stringify(formats[kind](told, asked)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const kinds = ['zipkin', 'jaeger', 'otlp'] as const;
const looking = (kind: (typeof kinds)[number], url: string) => ({
  ...{ kind, url, requests: 2, withinS: 1, services: ['gateway', 'shop'] },
});
const without = (index: number) => whole.filter((_, at) => at !== index);
const changed = (index: number, more: Partial<One>) =>
  whole.map((one, at) => (at === index ? { ...one, ...more } : one));

it.each(kinds)('finds a whole trace by its id, from the request to the database: %s', async (kind) => {
  const url = await traced(kind, whole);
  const { checks, said } = await lookAt(looking(kind, url), url);
  expect(checks.map(({ id, verdict }) => [id, verdict])).toEqual(
    ['found', 'goes-on', 'connected', 'services', 'database', 'status'].map((id) => [id, 'pass']),
  );
  expect(said('status')).toBe('pass: Each says the status of its answer; none was an error.');
});

it.each(
  kinds.flatMap((kind) =>
    (
      [
        [without(0), 200, 'goes-on', 'no span is the child of the request’s own'],
        [without(2), 200, 'connected', '1 of 3 spans name a parent that is not there'],
        [changed(2, { parent: null }), 200, 'connected', '1 spans have no parent, so the trace falls apart'],
        [whole.slice(0, 2), 200, 'services', 'none of shop'],
        [without(3), 200, 'database', 'no span is a call of a database'],
        [whole, 404, 'status', 'it says 200, the answer was 404'],
        [changed(0, { status: 503 }), 503, 'status', 'no span says that it failed, the answer was 503'],
      ] as [One[], number, string, string][]
    ).map((rest) => [kind, ...rest] as const),
  ),
)('%s: says what a trace lacks', async (kind, spans, answers, check, expected) => {
  const url = await traced(kind, spans, answers);
  const { said } = await lookAt({ ...looking(kind, url), withinS: 0.5 }, url);
  expect(said(check)).toMatch(/^fail: 2 of 2 traces/);
  expect(said(check)).toContain(expected);
});

it('takes a failure that says so for what it is', async () => {
  const url = await traced('jaeger', changed(0, { status: 503, error: true }), 503);
  const { said } = await lookAt(looking('jaeger', url), url);
  expect(said('status')).toBe('pass: Each says the status of its answer; 2 failed, and say so.');
});

it('does not find what nobody reports', async () => {
  const url = await traced('zipkin', null);
  const { said, coverage } = await lookAt({ ...looking('zipkin', url), withinS: 0.5 }, url);
  expect(said('found')).toBe('fail: 0 of 2 traces were found in Zipkin within 500 ms. All requests asked for a trace.');
  expect(coverage?.[0]).toMatchObject({ covered: 0, total: 2 });
});

it('is inconclusive where nothing is configured, or answers', async () => {
  expect((await lookAt(undefined)).said('found')).toBe(
    'inconclusive: Tracing is not on: monitoring.traces names no place where traces are.',
  );
  const url = await traced('zipkin', whole);
  const away = await lookAt({ kind: 'zipkin', url: 'http://127.0.0.1:9', withinS: 0.5, requests: 1 }, url);
  expect(away.said('found')).toBe('inconclusive: Zipkin could not be asked: ECONNREFUSED.');
  const down = await lookAt({ kind: 'zipkin', url, withinS: 0.5, requests: 1 }, 'http://127.0.0.1:9');
  expect(down.said('found')).toBe('inconclusive: No request was answered: ECONNREFUSED.');
  const other = await lookAt({ kind: 'jaeger', url, withinS: 0.5, requests: 1 }, url);
  expect(other.said('found')).toBe('inconclusive: Jaeger could not be asked: its answer is no trace of that kind.');
});

it('reads every format to the same spans', () => {
  const [z, j, o] = [
    zipkin(formats.zipkin(whole, 'a'.repeat(32))),
    jaeger(formats.jaeger(whole, 'a')),
    otlp(formats.otlp(whole, 'aa')),
  ];
  const alike = (spans: ReturnType<typeof zipkin>) =>
    spans.map(({ name: _, ...one }) => ({
      ...one,
      startMs: Math.round(one.startMs),
      durationMs: Math.round(one.durationMs * 10) / 10,
    }));
  // The first one's parent is no id here, so it comes out as what it was written as.
  expect(alike(j).slice(1)).toEqual(alike(z).slice(1));
  expect(alike(o).slice(1)).toEqual(alike(z).slice(1));
});
