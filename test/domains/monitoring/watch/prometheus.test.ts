import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { followAlerts, watchPrometheus } from '../../../../src/domains/monitoring/watch/prometheus.ts';
import { itWithPrometheus, startPrometheus } from '../../../setup/prometheus.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** Answers as the API does: `answers` by path. */
async function api(answers: Record<string, unknown>): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers[new URL(request.url ?? '', 'http://x').pathname];
    response.statusCode = answer === undefined ? 422 : 200;
    response.end(typeof answer === 'string' ? answer : JSON.stringify({ status: 'success', data: answer }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const query = {
  id: 'queue',
  title: 'orders waiting',
  query: 'sum(q{a="b"})',
  kind: 'queue',
  unit: 'count',
  limit: 500,
} as const;
const endpoint = { headers: {}, caFile: null };

it('gives one figure, or one for each instance', async () => {
  const one = await api({
    '/api/v1/query': { resultType: 'vector', result: [{ metric: { job: 'x' }, value: [1, '42'] }] },
  });
  const single = await watchPrometheus({ ...endpoint, url: one.url, queries: [query] }).read(0);
  expect(one.asked).toEqual(['/api/v1/query?query=sum(q%7Ba%3D%22b%22%7D)']);
  expect(single.values).toEqual({ queue: 42 });
  expect(single.metrics[0]).toMatchObject({
    id: 'queue',
    title: 'orders waiting',
    kind: 'queue',
    limit: 500,
    subject: 'target',
  });
  const result = ['a:1', 'b:2'].map((instance, i) => ({
    metric: { __name__: 'q', job: 'x', instance },
    value: [1, String(i)],
  }));
  const two = await api({ '/api/v1/query': { resultType: 'vector', result } });
  const several = await watchPrometheus({ ...endpoint, url: two.url, queries: [query] }).read(0);
  expect(several.values).toEqual({ 'queue.a:1': 0, 'queue.b:2': 1 });
  expect(several.metrics.map(({ title }) => title)).toEqual(['orders waiting of a:1', 'orders waiting of b:2']);
});

it('says which query failed, and why', async () => {
  const read = async (answers: Record<string, unknown>) =>
    (await watchPrometheus({ ...endpoint, url: (await api(answers)).url, queries: [query] }).read(0)).troubles;
  expect(await read({})).toEqual(['Prometheus query queue failed: status 422.']);
  expect(await read({ '/api/v1/query': '<html>' })).toEqual([
    'Prometheus query queue failed: the answer is no instant value.',
  ]);
  const matrix = { resultType: 'matrix', result: [] };
  expect(await read({ '/api/v1/query': matrix })).toEqual([
    'Prometheus query queue failed: the answer is no instant value.',
  ]);
  const none = { resultType: 'vector', result: [] };
  expect(await read({ '/api/v1/query': none })).toEqual(['Prometheus query queue found nothing.']);
});

it('tells alerts when they change', async () => {
  const alert = (state: string) => ({
    labels: { alertname: 'Slow', severity: 'page', instance: 'a' },
    annotations: { summary: 'p99 of ada@example.com is high' },
    state,
  });
  const data: { alerts: unknown[] } = { alerts: [] };
  const changes = followAlerts({ ...endpoint, url: (await api({ '/api/v1/alerts': data })).url });
  expect(await changes()).toEqual([]);
  data.alerts = [alert('pending')];
  const told = { name: 'Slow', severity: 'page', detail: 'p99 of <email> is high' };
  expect(await changes()).toEqual([{ ...told, state: 'pending' }]);
  expect(await changes()).toEqual([]);
  data.alerts = [alert('firing')];
  expect(await changes()).toEqual([{ ...told, state: 'firing' }]);
  data.alerts = [];
  expect(await changes()).toEqual([{ ...told, state: 'resolved' }]);
});

itWithPrometheus('asks a real Prometheus', async () => {
  const prometheus = await startPrometheus({
    config: 'global: {evaluation_interval: 200ms}',
    rules:
      'groups: [{name: g, rules: [{alert: Always, expr: vector(1), labels: {severity: info}, annotations: {summary: on}}]}]',
  });
  try {
    const { url } = prometheus;
    const queries = [
      { ...query, query: 'vector(7) * 6' },
      { ...query, id: 'scalar', query: 'scalar(vector(3))' },
    ];
    await vi.waitFor(
      async () => {
        const { values } = await watchPrometheus({ ...endpoint, url, queries }).read(0);
        expect(values).toEqual({ queue: 42, scalar: 3 });
        expect(await followAlerts({ ...endpoint, url })()).toEqual([
          { name: 'Always', state: 'firing', severity: 'info', detail: 'on' },
        ]);
      },
      { timeout: 12_000, interval: 200 },
    );
  } finally {
    await prometheus.stop();
  }
});
