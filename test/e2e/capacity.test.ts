import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithK6 } from '../setup/programs.ts';
import { type Project, project } from './project.ts';

const recording = join(fileURLToPath(new URL('../..', import.meta.url)), 'load/traffic/sample-shop');
const serviceMs = 5;
/** What the recording was answered with 404. */
const missing = new Set([
  '/wp-login.php',
  '/xmlrpc.php',
  '/products/99999',
  '/.env',
  '/old/catalogue.html',
  '/favicon.ico',
]);

describeWithK6('shakedown simulate --find-capacity', () => {
  let server: Server;
  let own: Project;
  const scaledTo: number[] = [];
  beforeAll(async () => {
    // Each instance one request at a time, 5 ms each: 200 a second and not one more.
    let freeAt = [0];
    server = createServer((request, response) => {
      if (request.url === '/up') return void response.end();
      const asked = /^\/instances\/(\d+)$/.exec(request.url ?? '');
      if (asked !== null) {
        freeAt = Array.from({ length: Number(asked[1]) }, (_, n) => freeAt[n] ?? 0);
        scaledTo.push(freeAt.length);
        return void response.end();
      }
      if (missing.has(request.url ?? '')) response.statusCode = 404;
      // The one that is free first takes it.
      const next = freeAt.indexOf(Math.min(...freeAt));
      const doneAt = Math.max(freeAt[next] ?? 0, performance.now()) + serviceMs;
      freeAt[next] = doneAt;
      setTimeout(() => response.setHeader('content-length', 2).end('ok'), doneAt - performance.now());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    own = project(`
name: Queue
target:
  baseUrl: http://127.0.0.1:${(server.address() as AddressInfo).port}
  allowHosts: [127.0.0.1]
  healthPath: /up
  scale:
    instances: 1
    command: [node, -e, "fetch('http://127.0.0.1:${(server.address() as AddressInfo).port}/instances/{instances}')"]
traffic: { recording: ${recording} }
profile: { seed: 5 }
objectives:
  response-p50: { target: 200 }
  response-p95: { target: 200 }
  response-p99: { target: 400 }
  capacity: { target: 100 }
  # Logins that failed in the recording succeed here.
  error-rate: { target: 1 }
`);
  });
  afterAll(() => {
    own.remove();
    server.closeAllConnections();
    server.close();
  });

  it('finds what a server with a known limit sustains, and judges it', async () => {
    const ended = await own.run([
      'simulate',
      '--find-capacity',
      '--step',
      '3s',
      '--rate',
      '130',
      '--own-data',
      '--instances',
      '2,1',
    ]);
    const { objectives, gates, run, sections } = own.results();
    const { capacity } = sections;
    // The terminal breaks lines.
    expect(ended.stdout.replace(/\s+/g, ' ')).toContain(capacity?.sentence.split(';')[0] ?? '?');
    const found = (capacity?.sustainablePerSecond ?? 0) / (1000 / serviceMs);
    // Recorded arrivals come in bursts, and a busy machine adds its own: the queue needs some room below its limit.
    expect(found).toBeGreaterThan(0.65);
    expect(found).toBeLessThanOrEqual(1.1);
    expect(capacity?.lowerBoundOnly).toBe(false);
    expect(capacity?.interval?.high).toBeGreaterThan(capacity?.interval?.low ?? Number.POSITIVE_INFINITY);
    expect(capacity?.closedLoop?.ratePerSecond).toBeGreaterThan(100);
    expect(capacity?.closedLoop?.ratePerSecond).toBeLessThanOrEqual(210);
    expect(objectives.map(({ objective }) => objective.id)).toEqual(['capacity']);
    // Short steps on a busy machine contradict one another: what was not confirmed is not passed.
    const confirmed = capacity?.confirmed === true;
    expect(objectives[0]?.verdict).toBe(confirmed ? 'pass' : 'inconclusive');
    expect(gates.map(({ id }) => id)).toEqual(['scalability']);
    expect(run.interrupted).toBeNull();
    // Lowest first, then up and down again under load, and back to as many as there were.
    expect(scaledTo).toEqual([1, 2, 1, 2, 1, 1]);
    const { bands } = own.results().timeline;
    expect(bands.filter(({ lane }) => lane === 'info').map(({ label }) => label)).toEqual([
      '1 instance',
      '2 instances',
      'to 2 instances, under load',
      'to 1 instance, under load',
    ]);
    const heldAt = (count: number | null) =>
      Math.max(
        ...(capacity?.steps ?? [])
          .filter(({ phase, instances, outcome }) => phase === 'scale' && instances === count && outcome === 'held')
          .map(({ plannedRatePerSecond }) => plannedRatePerSecond),
      );
    expect(heldAt(1)).toBeLessThan(215);
    expect(heldAt(2) / heldAt(1)).toBeGreaterThan(1.3);
    expect(capacity?.steps.at(-1)).toMatchObject({ phase: 'scale', instances: null, durationMs: 12_000 });
    expect(capacity?.whyNoScalability).toMatch(/needs four numbers of instances, [012] sustained/);
    expect(ended.code).toBe(confirmed ? 0 : 3);
  }, 900_000);
});
