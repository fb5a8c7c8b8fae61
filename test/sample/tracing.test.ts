import { afterEach, expect, it } from 'vitest';
import { type Collector, startCollector } from '../../src/domains/monitoring/validation/stack/collector.ts';
import { sampleTraces } from '../../src/domains/monitoring/validation/traces/sample.ts';
import { startSample } from '../../src/sample/start.ts';
import { lookAt, lookInto } from '../domains/monitoring/validation/traces/look-at.ts';

// test/domains/monitoring/validation/traces/zipkin.test.ts has a real Zipkin.

let collector: Collector | undefined;
afterEach(() => collector?.close());

it('reports the spans of a request and its statements, in the trace of who asked', async () => {
  collector = await startCollector();
  const sample = await startSample({ tracesUrl: collector.spansUrl, instances: 2 });
  try {
    const through = { kind: 'zipkin' as const, url: collector.url, services: ['shop'], requests: 4, withinS: 30 };
    const { checks } = await lookAt(through, `${sample.baseUrl}/api/products/1`);
    expect(checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    const each = await lookInto(sampleTraces(collector.url, sample.instances), null);
    expect(each.figures[0]).toEqual({ name: 'Traces found', value: '4 of 4' });
    expect(each.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  } finally {
    await sample.stop();
  }
});

it('keeps running where the collector is away', async () => {
  const sample = await startSample({ tracesUrl: 'http://127.0.0.1:9/api/v2/spans', instances: 1 });
  try {
    for (let i = 0; i < 5; i++) expect((await fetch(`${sample.baseUrl}/api/products/1`)).status).toBe(200);
  } finally {
    await sample.stop();
  }
});
