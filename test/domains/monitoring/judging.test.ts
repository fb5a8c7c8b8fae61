import { expect, test } from 'vitest';
import { judging } from '../../../src/domains/monitoring/judging.ts';
import type { RunFacts } from '../../../src/model/run-facts.ts';
import type { Objective } from '../../../src/model/verdict.ts';

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
    { type: 'shakedown.generator.started', data: { atMs: 5000, shard: 0, reason: 'hand-over', pid: 2, detail: null } },
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
    { kind: 'generator', domain: 'monitoring', label: 'generator: hand-over', fromMs: 5000, toMs: 5000 },
  ]);
});

test('leaves drift out where it was not to be shown, unless the configuration names it; of a search nothing, as it is judged by its capacity', () => {
  const state = judging.begin();
  const stable = { id: 'stable-time', metric: 'stable_time', target: 1 / 60 } as Objective;
  const drift = { id: 'drift', metric: 'drift' } as Objective;
  const hidden = { id: 'hidden-growth', metric: 'hidden_growth' } as Objective;
  const chosen = (isSearch: boolean, named: string[]) => {
    const choice = {
      objectives: [stable, drift, hidden],
      missing: ['Before.'],
      isNamed: (id: string) => named.includes(id),
    };
    const found = judging.select?.(state, { resources: [] }, choice, { isSearch } as RunFacts);
    return { ids: found?.objectives.map(({ id }) => id), missing: found?.missing };
  };
  const notAsked = expect.stringContaining('Drift was not asked for');
  expect(chosen(false, [])).toEqual({ ids: ['stable-time'], missing: ['Before.', notAsked] });
  expect(chosen(false, ['drift'])).toEqual({ ids: ['stable-time', 'drift', 'hidden-growth'], missing: ['Before.'] });
  expect(chosen(true, [])).toEqual({ ids: ['stable-time', 'drift', 'hidden-growth'], missing: ['Before.'] });
});

test('asks of a run what it watches or should have watched', () => {
  const facts = { started: { durationMs: 3_600_000 }, plan: {} } as unknown as RunFacts;
  const ids = (config: unknown, events: readonly object[] = []) => {
    const state = judging.begin();
    for (const event of events) judging.add(state, { ...event, time: '' } as never, never);
    return judging.objectives?.(state, facts, config).map(({ id }) => id);
  };
  const always = ['utilization', 'utilization-max', 'health', 'outage', 'stable-time', 'drift', 'hidden-growth'];
  expect(ids({})).toEqual(always);
  expect(ids({ watch: { prometheus: { alerts: true }, logs: [{}] } })).toEqual([
    ...always,
    ...['critical-alerts', 'lesser-alerts', 'error-lines', 'error-line-growth'],
  ]);
  const gone = { type: 'shakedown.process.changed', data: { atMs: 5, name: 'shop-1', state: 'gone' } };
  expect(ids({}, [gone])).toEqual([...always, 'restarts', 'silent-series']);
});
