import { expect, test } from 'vitest';
import { judging } from '../../../src/domains/monitoring/judging.ts';
import type { RunFacts } from '../../../src/model/run-facts.ts';

const never = () => false;

test('says when alerts fired, when health checks failed, and when another generator took over', () => {
  const state = judging.begin();
  const alert = { severity: null, detail: '' };
  const events = [
    { type: 'shakedown.alert.changed', data: { ...alert, atMs: 1000, name: 'Slow', state: 'pending' } },
    { type: 'shakedown.alert.changed', data: { ...alert, atMs: 2000, name: 'Slow', state: 'firing' } },
    { type: 'shakedown.alert.changed', data: { ...alert, atMs: 3000, name: 'Slow', state: 'resolved' } },
    { type: 'shakedown.alert.changed', data: { ...alert, atMs: 9000, name: 'Full', state: 'firing' } },
    { type: 'shakedown.generator.started', data: { atMs: 0, shard: 0, reason: 'start', pid: 1, detail: null } },
    { type: 'shakedown.generator.started', data: { atMs: 5000, shard: 0, reason: 'relay', pid: 2, detail: null } },
  ] as const;
  for (const event of events) judging.add(state, { ...event, time: '' }, never);
  const health = [
    { atMs: 4000, up: false, detail: 'ECONNREFUSED' },
    { atMs: 0, up: true },
    { atMs: 6000, up: true },
    { atMs: 7000, up: false },
  ];
  const infinity = Number.POSITIVE_INFINITY;
  expect(judging.spans?.(state, { health } as unknown as RunFacts)).toEqual([
    { kind: 'alert', domain: 'monitoring', label: 'Slow', fromMs: 2000, toMs: 3000 },
    { kind: 'alert', domain: 'monitoring', label: 'Full', fromMs: 9000, toMs: infinity },
    { kind: 'outage', domain: 'monitoring', label: 'health check: ECONNREFUSED', fromMs: 4000, toMs: 6000 },
    { kind: 'outage', domain: 'monitoring', label: 'health check: failed', fromMs: 7000, toMs: infinity },
    { kind: 'generator', domain: 'monitoring', label: 'generator: relay', fromMs: 5000, toMs: 5000 },
  ]);
});
