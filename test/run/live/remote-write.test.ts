import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { runMetrics } from '../../../src/run/live/metrics.ts';
import { snappyLiterals } from '../../../src/run/live/remote-write/encode.ts';
import { type RemoteWriter, startRemoteWrite } from '../../../src/run/live/remote-write/writer.ts';
import { itWithPrometheus, startPrometheus } from '../../setup/prometheus.ts';
import { newState, windowEvent } from './course.ts';

let writer: RemoteWriter | undefined;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  await writer?.end();
  writer = undefined;
  for (const close of closing.splice(0)) await close();
});

function played() {
  const state = newState();
  state.follow({ kind: 'run', id: '2026-11-21T0900-beef' });
  for (let index = 0; index < 3; index++) state.follow(windowEvent(index, (request) => (request < 95 ? 40 : 190)));
  return state;
}

function start(url: string, warnings: string[], everyMs: number, more: { headers?: Record<string, string> } = {}) {
  const state = played();
  return startRemoteWrite(
    () => runMetrics(state),
    { url, headers: more.headers ?? {}, tokenEnv: 'TOKEN', everyMs },
    {
      isOn: () => true,
      labels: () => ({ job: 'shakedown', instance: 'one' }),
      warn: (text) => warnings.push(text),
      env: { TOKEN: 'abc' },
    },
  );
}

/** Answers with the status that `statusOf` gives for each request, by its number. */
async function receiver(statusOf: (count: number) => number) {
  const seen: { headers: Record<string, unknown>; bytes: number }[] = [];
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => {
      seen.push({ headers: request.headers, bytes });
      response.writeHead(statusOf(seen.length)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/write`, seen };
}

async function startAndClose(): Promise<string> {
  const { url } = await receiver(() => 204);
  for (const close of closing.splice(0)) await close();
  return url;
}

itWithPrometheus('a real Prometheus takes what is sent, and gives back what was counted', async () => {
  const prometheus = await startPrometheus({ arguments: ['--web.enable-remote-write-receiver'] });
  closing.push(() => prometheus.stop());
  await vi.waitFor(async () => expect((await fetch(`${prometheus.url}/-/ready`)).ok).toBe(true), { timeout: 20_000 });
  const warnings: string[] = [];
  writer = start(`${prometheus.url}/api/v1/write`, warnings, 3_600_000);
  const { sent, dropped } = await writer.end();
  expect([warnings, dropped]).toEqual([[], 0]);
  expect(sent).toBeGreaterThan(25);
  const ask = async (query: string) => {
    const answer = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = (await answer.json()) as { data: { result: { metric: object; value: [number, string] }[] } };
    return data.result;
  };
  const [total] = await ask('shakedown_requests_total{outcome="completed"}');
  expect(total?.value[1]).toBe('3000');
  expect(total?.metric).toMatchObject({ job: 'shakedown', instance: 'one' });
  const [within] = await ask('shakedown_response_time_seconds_bucket{le="0.1"}');
  expect(within?.value[1]).toBe('2850');
  const [quantile] = await ask('histogram_quantile(0.5, shakedown_response_time_seconds_bucket)');
  expect(Number(quantile?.value[1])).toBeLessThan(0.05);
  const [info] = await ask('shakedown_run_info');
  expect(info?.metric).toMatchObject({ run: '2026-11-21T0900-beef' });
});

test('a receiver that is gone is reported once, and what is lost is counted', async () => {
  const warnings: string[] = [];
  const { url } = await receiver(() => 503);
  writer = start(url, warnings, 20);
  await vi.waitFor(() => expect(warnings).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(warnings).toEqual([expect.stringContaining('status 503. The run does not wait for it')]);
  const { sent, dropped } = await writer.end();
  expect(sent).toBe(0);
  expect(warnings[1]).toBe(`${dropped} of ${dropped} metric samples were not delivered to ${url}.`);
  writer = undefined;
  const gone = await startAndClose();
  const none = start(gone, warnings, 3_600_000);
  expect((await none.end()).dropped).toBeGreaterThan(0);
  expect(warnings[2]).toContain('ECONNREFUSED');
});

test('what could not be sent is sent when the receiver is back, what it refuses is not sent again', async () => {
  const warnings: string[] = [];
  const back = await receiver((count) => (count < 3 ? 500 : 204));
  writer = start(back.url, warnings, 20, { headers: { 'x-scope-orgid': 'team' } });
  await vi.waitFor(() => expect(back.seen.length).toBeGreaterThan(4));
  const { dropped } = await writer.end();
  expect(dropped).toBe(0);
  expect(back.seen[0]?.headers).toMatchObject({
    authorization: 'Bearer abc',
    'x-scope-orgid': 'team',
    'content-encoding': 'snappy',
    'content-type': 'application/x-protobuf',
    'x-prometheus-remote-write-version': '0.1.0',
  });
  const refusing = await receiver(() => 400);
  writer = start(refusing.url, warnings, 3_600_000);
  expect((await writer.end()).dropped).toBeGreaterThan(0);
  expect(refusing.seen).toHaveLength(1);
  writer = undefined;
});

test('a token that is not there is said before the run', () => {
  const begin = () =>
    startRemoteWrite(
      () => runMetrics(newState()),
      { url: 'http://127.0.0.1:9', headers: {}, tokenEnv: 'NO_SUCH', everyMs: 1000 },
      { isOn: () => true, labels: () => ({}), warn: () => {}, env: {} },
    );
  expect(begin).toThrow(/tokenEnv names NO_SUCH, which is not set/);
});

test('snappy: the length, then literals of at most 64 KiB', () => {
  const bytes = Buffer.alloc(70_000, 7);
  const packed = snappyLiterals(bytes);
  // 70,000 as a varint, then a literal of 65,536 bytes.
  expect([...packed.subarray(0, 6)]).toEqual([0xf0, 0xa2, 0x04, 61 << 2, 0xff, 0xff]);
  const second = 6 + 65_536;
  expect([...packed.subarray(second, second + 3)]).toEqual([61 << 2, (4464 - 1) & 0xff, (4464 - 1) >> 8]);
  expect(packed.length).toBe(3 + 2 * 3 + 70_000);
});
