import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithBackend, type Running, startBackend } from '../../../../log-backends/start.ts';
import { lookAt } from './look-at.ts';

describeWithBackend('victoria-logs', 'VictoriaLogs', () => {
  let server: Running;
  beforeAll(async () => {
    server = await startBackend('victoria-logs');
  }, 600_000);
  afterAll(() => server?.stop());
  const store = (more: object = {}) => ({
    ...{ kind: 'victorialogs' as const, name: 'vl', url: server.url, marker: { by: 'push' as const }, withinS: 20 },
    ...more,
  });

  it('finds lines that were written to it, with each of their shapes', async () => {
    const shapes = [{ durationMs: 1.5 }, { durationMs: 'long', nested: { a: [1, 2] } }];
    const { said } = await lookAt([store({ instances: ['app-1'], shapes, lateS: [3600], query: 'app:=shop' })]);
    expect(said('reached.vl')).toMatch(/^pass: It is VictoriaLogs/);
    expect(said('marker.vl')).toMatch(/^pass: 5 lines were found/);
    expect(said('clock.vl')).toMatch(/^pass/);
    expect(said('shapes.vl')).toBe('pass: All 2 were found.');
    expect(said('late.vl')).toBe('pass: All 1 were found.');
    expect(said('fields.vl')).toBe('pass: All 7 lines have time, level, message.');
    expect(said('instances.vl')).toBe('pass: Lines of all 1 are there.');
    expect(said('dropped.vl')).toBe('pass: Its own counters show nothing new.');
    expect(said('personal.vl')).toMatch(/^pass/);
  });

  it('sees that a line older than it keeps is dropped, though it was taken without an error', async () => {
    const { said } = await lookAt([store({ lateS: [30 * 86_400], withinS: 3 })]);
    expect(said('late.vl')).toBe(
      'fail: 1 of 1 is lost, first a line of 30 d ago: it was taken without an error, and is not there.',
    );
    expect(said('dropped.vl')).toMatch(/^inconclusive: It counted 1 line as dropped meanwhile: too_small_timestamp/);
  });

  it('finds personal data in lines', async () => {
    const { said } = await lookAt([store({ shapes: [{ user: 'anna.schmidt@gmail.com' }] })]);
    expect(said('personal.vl')).toBe('fail: Found: email in user of 1 line.');
  });

  it('reads what is pushed as another application’s lines only where its filter says so', async () => {
    const { said } = await lookAt([store({ query: 'app:=other NOT app:=other', withinS: 1 })]);
    expect(said('marker.vl')).toBe('fail: 5 of 5 lines were not found within 1.0 s.');
  });
});
