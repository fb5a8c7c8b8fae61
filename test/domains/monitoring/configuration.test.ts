import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configuration } from '../../../src/domains/monitoring/configuration.ts';

const watchSchema = configuration.schemas.watch;
const resolved = (written: object, at: (path: string) => string) =>
  configuration.resolve(
    { watch: watchSchema.parse(written), monitoring: configuration.schemas.monitoring.parse({}) },
    { at, isSample: false, replays: true },
  ).watch;

describe('what a configuration says of the watch', () => {
  it('gets its defaults, and absolute paths', () => {
    const written = {
      prometheus: { url: 'http://prometheus:9090/', queries: [{ id: 'q', query: 'up' }] },
      processes: [{ name: 'app', pidFile: 'run/app.pid' }],
      logs: [{ name: 'app', file: 'app.log' }],
      plannedDowntime: [{ from: '2026-11-20T12:00:00+01:00', to: 60, reason: 'upgrade' }],
    };
    const watch = resolved(written, (path) => resolve('/project', path));
    expect(watch).toEqual({
      everyS: null,
      prometheus: {
        url: 'http://prometheus:9090',
        headers: {},
        caFile: null,
        alerts: true,
        queries: [{ id: 'q', title: 'q', query: 'up', kind: 'other', unit: 'count', limit: null }],
      },
      scrape: [],
      processes: [{ name: 'app', pid: null, pidFile: '/project/run/app.pid', children: true }],
      logs: [{ name: 'app', file: '/project/app.log', pattern: null }],
      plannedDowntime: written.plannedDowntime,
    });
    expect(resolved({}, (path) => path)?.processes).toEqual([]);
  });

  it.each([
    ['both a pid and a file', { processes: [{ name: 'app', pid: 1, pidFile: 'x' }] }],
    ['neither', { processes: [{ name: 'app' }] }],
    ['a name with a space', { processes: [{ name: 'my app', pid: 1 }] }],
    ['another scheme', { scrape: [{ name: 'app', url: 'file:///etc/passwd' }] }],
    ['a password in an address', { scrape: [{ name: 'app', url: 'http://a:b@host/metrics' }] }],
    ['a pattern that is none', { logs: [{ name: 'app', file: 'x', pattern: '(' }] }],
    ['a time without an offset', { plannedDowntime: [{ from: '2026-11-20T12:00:00', to: 5, reason: 'x' }] }],
    ['a header that ends itself', { scrape: [{ name: 'a', url: 'http://a/', headers: { x: 'a\r\nb: c' } }] }],
    ['too often', { everyS: 0 }],
    ['an unknown key', { process: [] }],
  ])('is refused: %s', (_, watch) => {
    expect(watchSchema.safeParse(watch).success).toBe(false);
  });
});
