import { request } from 'node:http';
import { defaultObjectives } from '../../../src/domains/load/judging/objectives.ts';
import { live as monitoring } from '../../../src/domains/monitoring/live.ts';
import { live as uat } from '../../../src/domains/uat/beside-load/live.ts';
import type { WindowResult } from '../../../src/model/results.ts';
import { viewOf } from '../../../src/run/live/panels.ts';
import { LiveState } from '../../../src/run/live/state.ts';
import type { ProgressEvent } from '../../../src/run/progress.ts';
import { LatencyHistogram } from '../../../src/stats/histogram.ts';

/** A state of a run of an hour that has told nothing yet. */
export function newState(name = 'shop'): LiveState {
  return new LiveState(
    {
      name,
      version: 'v2.1.0',
      environment: 'staging-eu',
      durationMs: 3_600_000,
      objectives: defaultObjectives,
      targetsMs: { strict: 100, standard: 200 },
    },
    [viewOf({ id: 'monitoring', panel: monitoring(), doing: null }), viewOf({ id: 'uat', panel: uat(), doing: null })],
  );
}

/** What the live view is told of a health check. */
export function healthEvent(up: boolean, detail: string): ProgressEvent {
  const panel = monitoring();
  panel.follow({ type: 'shakedown.health.checked', data: { atMs: 0, up, detail } });
  return { kind: 'panel', panel: viewOf({ id: 'monitoring', panel, doing: null }) };
}

/** A window of `durationMs` in which every request took what `ms` says of its number, 0…99. */
export function windowEvent(
  index: number,
  ms: (request: number) => number,
  change: Partial<WindowResult> = {},
): Extract<ProgressEvent, { kind: 'window' }> {
  const response = new LatencyHistogram();
  for (let request = 0; request < 100; request++) response.recordMany(ms(request) * 1000, 10);
  const at = (p: number) => (response.percentile(p) ?? 0) / 1000;
  const figures = { p50: at(50), p90: at(90), p95: at(95), p99: at(99), p999: at(99.9), max: at(100), mean: at(50) };
  const window: WindowResult = {
    index,
    startMs: index * 1000,
    durationMs: 1000,
    planned: 1000,
    completed: 1000,
    failed: 0,
    unsent: 0,
    bytes: 1,
    response: figures,
    service: figures,
    generatorLatenessP99Ms: 2.4,
    targetWaitP99Ms: 0,
    starved: 0,
    stallMs: 0,
    generatorCpuCores: 0.2,
    invalid: null,
    ...change,
  };
  const so = index + 1;
  return {
    kind: 'window',
    window,
    elapsedMs: so * 1000,
    totalMs: 3_600_000,
    planned: so * 1000,
    done: so * 1000,
    failed: so * window.failed,
    response,
  };
}

/** Response times of a healthy target: p50 some 25 ms, p95 some 70, p99 some 130, changing a little with the window. */
export function healthy(index: number): (request: number) => number {
  const wave = 1 + 0.12 * Math.sin(index / 9) + 0.05 * Math.sin(index * 1.7);
  return (request) => (request < 95 ? 8 + request * 0.65 : 70 + (request - 95) * 16) * wave;
}

export interface SeenEvent {
  name: string;
  id: string;
  data: unknown;
}

/** Listens as an EventSource does. */
export function listen(address: string, headers: Record<string, string> = {}) {
  const events: SeenEvent[] = [];
  const lines: string[] = [];
  let text = '';
  let status = 0;
  let isOpen = true;
  const asked = request(new URL('events', address), { headers, agent: false }, (response) => {
    status = response.statusCode ?? 0;
    response.setEncoding('utf8');
    response.on('data', (more: string) => {
      text += more;
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        lines.push(part);
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1] ?? '';
        if (field('data') !== '')
          events.push({ name: field('event'), id: field('id'), data: JSON.parse(field('data')) });
      }
    });
    response.on('close', () => {
      isOpen = false;
    });
  });
  asked.on('error', () => {
    isOpen = false;
  });
  asked.end();
  return { events, lines, status: () => status, isOpen: () => isOpen, close: () => asked.destroy() };
}

/** One request; the Host header as given. */
export function ask(address: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const asked = request(address, { headers, method, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** A run of four minutes with a fault, a deployment, a hand-over, an invalid window and errors. */
export function played(name?: string): LiveState {
  const state = newState(name);
  state.follow({ kind: 'run', id: '2026-11-21T0900-7f3a' });
  state.follow({ kind: 'started', startedAt: '2026-11-21T09:00:00.000Z' });
  state.follow(healthEvent(true, 'status 200'));
  for (let index = 0; index < 120; index++) {
    state.follow(windowEvent(index, healthy(index), index === 60 ? { invalid: 'late' } : {}));
  }
  for (const [lane, label, at] of [
    ['faults', 'database +80 ms', 30_000],
    ['deployments', 'canary 5 → 100 %', 60_000],
    ['info', 'generator 1: relay', 90_000],
  ] as const) {
    state.follow({
      kind: 'mark',
      band: { lane, label, startMs: at, endMs: at + 9000, state: lane === 'faults' ? 'fail' : 'info' },
    });
  }
  return state;
}
