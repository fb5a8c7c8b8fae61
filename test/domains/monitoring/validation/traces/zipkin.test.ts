import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SampleSystem } from '../../../../../src/model/sample-system.ts';
import { startSample } from '../../../../../src/sample/start.ts';
import { describeWithBackend, type Running, startBackend } from '../../../../log-backends/start.ts';
import { lookAt } from './look-at.ts';

describeWithBackend('zipkin', 'the sample system’s traces in a real Zipkin', () => {
  let server: Running;
  const samples: SampleSystem[] = [];
  beforeAll(async () => {
    server = await startBackend('zipkin');
  }, 600_000);
  afterAll(async () => {
    for (const sample of samples) await sample.stop();
    await server?.stop();
  });
  const traces = (more: object = {}) => ({
    ...{ kind: 'zipkin' as const, url: server.url, services: ['shop'], requests: 6, withinS: 30, ...more },
  });
  const start = async (options: Parameters<typeof startSample>[0]) => {
    const sample = await startSample(options);
    samples.push(sample);
    return `${sample.baseUrl}/api/products/1`;
  };
  const tracesUrl = () => `${server.url}/api/v2/spans`;

  it('are found from the request’s header through the balancer to the database', async () => {
    const url = await start({ tracesUrl: tracesUrl(), instances: 2 });
    const { checks, said, figures } = await lookAt(traces(), url);
    expect(checks.map(({ id, verdict }) => [id, verdict])).toEqual(
      ['found', 'goes-on', 'connected', 'services', 'database', 'status'].map((id) => [id, 'pass']),
    );
    expect(figures[0]).toEqual({ name: 'Traces found', value: '6 of 6' });
    const nowhere = await lookAt(traces({ requests: 2 }), url.replace('/api/products/1', '/nothing'));
    expect(nowhere.said('status')).toBe('pass: Each says the status of its answer; none was an error.');
    expect(said('found')).toMatch(/^pass: 6 of 6/);
  });

  it('say that they failed where requests fail', async () => {
    const url = await start({ tracesUrl: tracesUrl(), instances: 1, defects: { errorRate: 1 } });
    const { said } = await lookAt(traces({ requests: 2, database: false }), url);
    expect(said('status')).toBe('pass: Each says the status of its answer; 2 failed, and say so.');
  });

  it('are missed where the sample is not told to trace', async () => {
    const url = await start({ instances: 1 });
    const { said } = await lookAt(traces({ requests: 2, withinS: 2 }), url);
    expect(said('found')).toBe(
      'fail: 0 of 2 traces were found in Zipkin within 2.0 s. All requests asked for a trace.',
    );
  });
});
