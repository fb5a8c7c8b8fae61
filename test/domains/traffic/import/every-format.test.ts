import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { ImportOptions } from '../../../../src/domains/traffic/import/import.ts';
import { fixture, useImport } from './recording.ts';

const input = useImport();

/** The same twelve requests of three visitors stand in nearly every file: arrival after 10:00:00 in ms, visitor, request, and how long it took. */
const truth: readonly [arrivalMs: number, visitor: string, request: string, tookMs: number][] = [
  [250, 'a', 'GET /', 35],
  [620, 'a', 'GET /products/17?ref=a', 120],
  [1125, 'b', 'GET /', 42],
  [1500, 'a', 'POST /basket', 250],
  [2250, 'c', 'GET /api/products?page=2', 61],
  [2400, 'b', 'GET /search?q=red%20tea', 450],
  [3010, 'a', 'GET /basket', 88],
  [3400, 'c', 'GET /api/products/9', 12],
  [4750, 'b', 'GET /products/4', 27],
  [5125, 'c', 'PUT /api/profile', 140],
  [6000, 'a', 'POST /checkout', 1200],
  [8500, 'a', 'GET /orders/881', 95],
];
const start = Date.UTC(2024, 4, 1, 10);

interface Expected {
  format: string;
  wrapping?: string;
  /** Unit of the response times; undefined where the file has none. */
  unit: 's' | 'ms' | 'µs' | 'ns' | undefined;
  /** How fine the stamps are. */
  resolutionMs: number;
  /** Stamps are ends, and without response times nothing earlier is known. */
  atEnd?: boolean;
  address?: string;
  origin?: string;
  options?: Partial<ImportOptions>;
  /** Lines that are no requests. */
  others?: number;
}

const nginxFormat =
  '$msec|$remote_addr|$request_method|$http_host|$request_uri|$status|$body_bytes_sent|$request_time|$http_user_agent';
const apacheFormat = String.raw`%{%Y-%m-%d %H:%M:%S}t.%{msec_frac}t %h \"%{User-Agent}i\" %>s %{ms}T \"%r\"`;
const https = 'https://shop.example.com';
const http = 'http://shop.example.com';
const forwarded = 'x-forwarded-for';

const files: Readonly<Record<string, Expected>> = {
  'apache-common.log': { format: 'access-log', unit: undefined, resolutionMs: 1000 },
  'apache-combined.log': { format: 'access-log', unit: undefined, resolutionMs: 1000 },
  'apache-combined-micros.log': { format: 'access-log', unit: 'µs', resolutionMs: 1000 },
  'apache-combinedio.log': { format: 'access-log', unit: undefined, resolutionMs: 1000 },
  'apache-vhost.log': { format: 'access-log', unit: undefined, resolutionMs: 1000, origin: https },
  'apache-forwarded.log': { format: 'access-log', unit: undefined, resolutionMs: 1000, address: forwarded },
  'apache-custom-format.log': {
    format: 'log-format',
    unit: 'ms',
    resolutionMs: 1,
    options: { logFormat: apacheFormat },
  },
  'nginx-main.log': { format: 'access-log', unit: undefined, resolutionMs: 1000, atEnd: true, address: forwarded },
  'nginx-request-time.log': { format: 'access-log', unit: 's', resolutionMs: 1000, address: forwarded },
  'nginx-json.log': { format: 'nginx-json', unit: 's', resolutionMs: 1, address: forwarded, origin: https },
  'nginx-custom-format.log': {
    format: 'log-format',
    unit: 'ms',
    resolutionMs: 1,
    origin: http,
    options: { logFormat: nginxFormat },
  },
  'ingress-nginx.log': { format: 'access-log', unit: 's', resolutionMs: 1000 },
  'kubernetes-cri.log': {
    format: 'access-log',
    wrapping: 'Kubernetes (CRI)',
    others: 1,
    unit: undefined,
    resolutionMs: 0.001,
    atEnd: true,
    address: forwarded,
  },
  'docker-json-file.log': {
    format: 'access-log',
    wrapping: 'Docker (json-file)',
    unit: undefined,
    resolutionMs: 0.001,
    atEnd: true,
    address: forwarded,
  },
  'syslog-rfc3164.log': {
    format: 'access-log',
    wrapping: 'syslog',
    unit: undefined,
    resolutionMs: 1000,
    atEnd: true,
  },
  'syslog-rfc5424.log': {
    format: 'access-log',
    wrapping: 'syslog (RFC 5424)',
    unit: undefined,
    resolutionMs: 1,
    atEnd: true,
  },
  'traefik-common.log': { format: 'access-log', unit: 'ms', resolutionMs: 1000 },
  'traefik-json.log': { format: 'traefik', unit: 'ns', resolutionMs: 0.001, origin: https },
  'caddy.log': { format: 'caddy', unit: 'ms', resolutionMs: 1, origin: https },
  'envoy.log': { format: 'envoy', unit: 'ms', resolutionMs: 1, address: forwarded, origin: http },
  'istio.log': { format: 'envoy', unit: 'ms', resolutionMs: 1, address: forwarded, origin: http },
  'envoy-json.log': { format: 'envoy-json', unit: 'ms', resolutionMs: 1, address: forwarded, origin: http },
  'haproxy.log': { format: 'haproxy', wrapping: 'syslog', unit: 'ms', resolutionMs: 1, address: forwarded },
  'aws-alb.log': { format: 'alb', unit: 's', resolutionMs: 0.001, origin: https },
  'aws-elb.log': { format: 'elb', unit: 's', resolutionMs: 0.001, origin: https },
  'aws-s3.log': {
    format: 's3',
    unit: 'ms',
    resolutionMs: 1000,
    origin: 'https://shop-assets.s3.eu-central-1.amazonaws.com',
  },
  'aws-cloudfront.log': { format: 'w3c', unit: 's', resolutionMs: 1000, origin: https },
  'iis-w3c.log': { format: 'w3c', unit: 'ms', resolutionMs: 1000 },
  'gcp-load-balancer.json': { format: 'gcp', unit: 'ms', resolutionMs: 0.001, origin: https },
  'azure-front-door.log': { format: 'azure-front-door', unit: 's', resolutionMs: 0.001, origin: https },
  'azure-application-gateway.json': {
    format: 'azure-application-gateway',
    unit: 'ms',
    resolutionMs: 1,
    origin: https,
  },
  'cloudflare-logpush.log': { format: 'cloudflare', unit: 'ms', resolutionMs: 0.001, origin: https },
  'elastic-common-schema.log': { format: 'nginx-json', unit: 'ns', resolutionMs: 1, origin: http },
  'pino-http.log': { format: 'nginx-json', unit: 'ms', resolutionMs: 1, address: forwarded, origin: http },
  'opentelemetry.json': { format: 'otlp', unit: 'ns', resolutionMs: 0.001, address: forwarded, origin: https },
  'goreplay.gor': { format: 'goreplay', unit: 'ns', resolutionMs: 0.001, address: forwarded, origin: http },
};

/** Files that hold something else, with tests of their own. */
const others = ['chrome.har', 'insomnia.json', 'insomnia.yaml', 'nasa-common.log', 'postman.json', 'safari.har'];

test('every file has its expectation', async () => {
  expect((await readdir(fixture('formats'))).sort()).toEqual([...Object.keys(files), ...others].sort());
});

describe('the same traffic, as each tool writes it', () => {
  test.each(Object.entries(files))('%s', async (file, expected) => {
    const {
      format,
      wrapping,
      unit,
      resolutionMs,
      atEnd = false,
      address = 'connection',
      origin = '',
      others = 0,
    } = expected;
    const imported = await input.importFiles([fixture(`formats/${file}`)], expected.options);
    const { result, sessions, requests, arrivalsMs } = imported;
    expect(result.files[0]).toMatchObject({ format, records: truth.length + others, damaged: 0, wrapping });
    expect(result.files[0]?.durations).toMatchObject(
      unit === undefined ? { unknown: expect.any(String) } : { unit, because: expect.any(String) },
    );
    expect(result.files[0]?.withDuration).toBe(unit === undefined ? 0 : truth.length);
    expect(result.notReplayable).toEqual(others === 0 ? [] : [{ kind: 'log entry that is no request', count: others }]);
    expect(result.manifest.timeResolutionMs).toBe(resolutionMs);
    expect(result.addresses).toEqual([{ sign: address, requests: truth.length }]);
    expect(result.sessions.clients).toBe(3);
    expect(new Set(sessions.map(({ client }) => client)).size).toBe(3);
    expect(new Set(requests.map((request) => request.origin))).toEqual(new Set([origin]));

    // Who sent what, in which order.
    const byVisitor = (visitor: string) => truth.filter(([, of]) => of === visitor).map(([, , request]) => request);
    const found = sessions.map(({ requests: of }) => of.map(({ method, path }) => `${method} ${path}`));
    const sorted = (list: string[][]) =>
      list.map((one) => (resolutionMs < 1000 ? one : one.toSorted()).join(' ')).sort();
    expect(sorted(found)).toEqual(sorted(['a', 'b', 'c'].map(byVisitor)));

    const startedMs = Date.parse(result.manifest.startedAt ?? '') - start;
    const known = new Map(truth.map((row) => [`${row[1]} ${row[2]}`, row]));
    const visitors = sessions.map(({ requests: of }) => {
      const paths = of.map(({ path }) => path);
      return paths.includes('/basket') ? 'a' : paths.includes('/products/4') ? 'b' : 'c';
    });
    let at = 0;
    for (const [index, session] of sessions.entries()) {
      for (const { method, path, durationMs } of session.requests) {
        const [arrivalMs = 0, , , tookMs = 0] = known.get(`${visitors[index]} ${method} ${path}`) ?? [];
        const arrivedMs = startedMs + (arrivalsMs[at++] ?? Number.NaN);
        const dueMs = atEnd ? arrivalMs + tookMs : arrivalMs;
        // Within the second, or to the millisecond; the start is written in milliseconds.
        expect(Math.abs(arrivedMs - dueMs), `${method} ${path}`).toBeLessThanOrEqual(
          resolutionMs >= 1000 ? 1001 : 1.01,
        );
        if (unit !== undefined) expect(durationMs, `${method} ${path}`).toBeCloseTo(tookMs, unit === 'µs' ? -1 : 2);
      }
    }
  });
});

describe('browsers’ recordings', () => {
  test('answers from a cache, blocked requests and third parties are no requests of the site', async () => {
    const { result, requests } = await input.importFiles([fixture('formats/chrome.har')]);
    expect(requests).toHaveLength(6);
    expect(result.notReplayable).toEqual([
      { kind: 'blocked or broken off in the browser', count: 1 },
      { kind: 'request to a third-party host', count: 1 },
      { kind: 'served from the browser cache', count: 1 },
    ]);
    expect(result.hosts).toEqual([
      { origin: 'https://shop.example.com', requests: 6, imported: true },
      { origin: 'https://www.tracker.example.net', requests: 1, imported: false },
    ]);
    expect(requests.find(({ method }) => method === 'POST')?.body).toEqual({
      mime: 'application/x-www-form-urlencoded',
      encoding: 'utf8',
      data: 'item=17&note=a+b',
    });
    const named = { hosts: ['*.tracker.example.net', 'shop.example.com'] };
    expect((await input.importFiles([fixture('formats/chrome.har')], named)).requests).toHaveLength(7);
  });

  test('Safari names its caches; entries without protocol and timings, and a 304 that never left, are such too', async () => {
    const { result, requests } = await input.importFiles([fixture('formats/safari.har')]);
    expect(requests.map(({ path }) => path)).toEqual(['/', '/products/17?ref=a', '/basket']);
    expect(result.notReplayable).toEqual([{ kind: 'served from the browser cache', count: 3 }]);
  });
});

describe('collections', () => {
  test('Postman: order, variables, path parameters and bodies; what lacks something is named', async () => {
    const { result, requests, sessions, arrivalsMs } = await input.importFiles([fixture('formats/postman.json')]);
    expect(result.manifest.startedAt).toBeNull();
    expect(sessions).toHaveLength(1);
    expect(arrivalsMs).toEqual([0, 1000, 2000, 3000]);
    expect(requests.map(({ method, origin, path }) => `${method} ${origin}${path}`)).toEqual([
      `GET ${https}/`,
      `GET ${https}/products/17?ref=a`,
      `POST ${https}/login`,
      `POST ${https}/orders`,
    ]);
    expect(requests[2]?.body).toMatchObject({ data: 'user=ann%40example.com&pass=s%20p' });
    expect(requests[3]?.body).toEqual({ mime: 'application/json', encoding: 'utf8', data: '{"item":17}' });
    expect(result.notReplayable.map(({ kind }) => kind)).toEqual([
      'request whose address holds a variable without a value',
      'upload whose file the recording lacks',
    ]);
  });

  test.each(['insomnia.json', 'insomnia.yaml'])('%s', async (file) => {
    const { requests } = await input.importFiles([fixture(`formats/${file}`)]);
    expect(requests.map(({ method, origin, path }) => `${method} ${origin}${path}`)).toEqual([
      `GET ${https}/search?q=red%20tea`,
      `POST ${https}/orders`,
    ]);
    expect(requests[1]?.body).toEqual({ mime: 'application/json', encoding: 'utf8', data: '{"item":17}' });
  });

  test('they are not mixed with recordings that have times', async () => {
    const both = [fixture('formats/postman.json'), fixture('formats/nginx-main.log')];
    await expect(input.importFiles(both)).rejects.toMatchObject({ code: 'TRAFFIC_UNTIMED' });
  });
});

test('host names of clients, as NASA logged them', async () => {
  const { result, sessions } = await input.importFiles([fixture('formats/nasa-common.log')]);
  expect(result.manifest).toMatchObject({ requests: 4, timeResolutionMs: 1000 });
  expect(result.manifest.startedAt).toMatch(/^1995-07-01T04:00:00\./);
  expect(sessions.map(({ requests }) => requests.length).sort()).toEqual([1, 1, 2]);
});
