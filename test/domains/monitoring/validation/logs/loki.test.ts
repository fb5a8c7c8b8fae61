import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithBackend, type Running, startBackend } from '../../../../log-backends/start.ts';
import { lookAt } from './look-at.ts';

describeWithBackend('loki', 'Loki', () => {
  let server: Running;
  let count = 0;
  beforeAll(async () => {
    server = await startBackend('loki');
  }, 600_000);
  afterAll(() => server?.stop());
  /** A stream of its own. */
  const store = (more: object = {}) => ({
    ...{ kind: 'loki' as const, name: 'loki', url: server.url, marker: { by: 'push' as const }, withinS: 20 },
    ...{ query: `{job="shop-${++count}"}` },
    ...more,
  });

  it('finds lines that were written to it', async () => {
    const { said } = await lookAt([
      store({ instances: ['app-1'], shapes: [{ durationMs: 1 }, { durationMs: 'slow' }] }),
    ]);
    expect(said('reached.loki')).toMatch(/^pass: It is Loki/);
    expect(said('marker.loki')).toMatch(/^pass: 5 lines were found/);
    expect(said('clock.loki')).toMatch(/^pass/);
    // It has no types that could be in conflict.
    expect(said('shapes.loki')).toBe('pass: All 2 were found.');
    expect(said('fields.loki')).toBe('pass: All 7 lines have time, level, message.');
    expect(said('levels.loki')).toBe('pass: info 7.');
    expect(said('instances.loki')).toBe('pass: Lines of all 1 are there.');
    expect(said('dropped.loki')).toBe('pass: Its own counters show nothing new.');
  });

  it('sees that it refuses a line that is late', async () => {
    const { said } = await lookAt([store({ lateS: [60, 30 * 86_400], withinS: 3 })]);
    expect(said('marker.loki')).toMatch(/^pass/);
    expect(said('late.loki')).toMatch(
      /^fail: 2 of 2 are lost, first a line of 1 min ago: status 400: .*entry out of order/,
    );
    expect(said('dropped.loki')).toMatch(/^inconclusive: It counted 1 line as dropped meanwhile: /);
  });

  it('finds personal data in lines', async () => {
    const { said } = await lookAt([store({ shapes: [{ user: 'anna.schmidt@gmail.com' }] })]);
    expect(said('personal.loki')).toBe('fail: Found: email in user of 1 line.');
  });

  it('says why a selector can’t be written to', async () => {
    const { said } = await lookAt([store({ query: '{job=~"shop.*"}' })]);
    expect(said('marker.loki')).toBe(
      'inconclusive: No line could be written: its query {job=~"shop.*"} names no label that a line could be given.',
    );
  });
});
