import { expect, test } from 'vitest';
import { drawing } from '../../../src/run/live/drawing.ts';
import { liveMessage } from '../../../src/run/live/message.ts';
import { Points } from '../../../src/run/live/points.ts';
import { soFar } from '../../../src/run/live/so-far.ts';
import { healthy, newState, windowEvent } from './course.ts';

test('days of windows stay a bounded number of points, and lose neither a peak nor a request', () => {
  const points = new Points(360);
  const windows = 200_000;
  const one = windowEvent(0, () => 10).window;
  for (let index = 0; index < windows; index++) {
    points.add({ ...one, startMs: index * 1000, response: { ...one.response, p99: index === 123_456 ? 999 : 20 } });
  }
  const list = points.list();
  expect(list.length).toBeGreaterThan(180);
  expect(list.length).toBeLessThanOrEqual(360);
  expect(points.pointMs).toBe(1024_000);
  const peak = list.find(({ p99 }) => p99 === 999);
  expect(peak?.atMs).toBe(Math.floor(123_456 / 1024) * 1024_000);
  expect(new Set(list.map(({ ratePerSecond }) => ratePerSecond))).toEqual(new Set([1000]));
});

test('the words follow the targets: over all windows that count, and not of void ones', () => {
  const state = newState();
  expect(soFar(state).word).toBe('Not begun');
  state.follow(windowEvent(0, () => 500, { invalid: 'the generator was late' }));
  expect(soFar(state)).toMatchObject({ state: 'inconclusive', word: 'Too early to say' });
  state.follow(windowEvent(1, healthy(1)));
  expect(soFar(state)).toMatchObject({ state: 'pass', word: 'So far within targets' });
  // One window in which all is slow: of two thousand requests, half.
  state.follow(windowEvent(2, () => 213));
  expect(soFar(state).state).toBe('fail');
  expect(soFar(state).sentence.replaceAll('\u00a0', ' ')).toContain('Response time p95 213 ms against 100 ms');
  const { fields, tiles } = liveMessage(state);
  expect(tiles).toMatchObject({ p95: 'fail', p99: 'fail', errors: 'pass', invalid: 'inconclusive' });
  expect(fields.windows).toBe('of 3 windows');
});

test('99.9 ms against 100 is not shown as 100, and failures are reported as a share', () => {
  const state = newState();
  state.follow(windowEvent(0, () => 99.9, { failed: 5 }));
  expect(liveMessage(state).fields.p95).toMatch(/^99\.9/);
  expect(soFar(state).sentence).toMatch(/^Errors 0.498/);
});

test('what data says is shown and acts on nothing', () => {
  const state = newState('<img src=x onerror=alert(1)>');
  state.follow(windowEvent(0, healthy(0)));
  state.follow({
    kind: 'mark',
    band: { lane: 'faults', startMs: 200, endMs: 900, label: '</svg><script>alert(1)</script>\u202e', state: 'fail' },
  });
  expect(drawing(state, 'w')).not.toMatch(/<script|\u202e/);
  expect(liveMessage(state).events[0]?.label).toContain('⟨U+202E⟩');
});

test('marks are bounded, the last ones stay', () => {
  const state = newState();
  for (let at = 0; at < 1000; at++) {
    state.follow({ kind: 'mark', band: { lane: 'info', startMs: at, endMs: at, label: `mark ${at}`, state: 'info' } });
  }
  expect([state.marks.length, state.marksLeftOut, state.marks.at(-1)?.label]).toEqual([60, 940, 'mark 999']);
});

test('a target that answers nothing keeps windows open, and the view says so', () => {
  const state = newState();
  state.follow({ kind: 'started', startedAt: '2026-11-21T09:00:00.000Z' });
  state.follow({ kind: 'phase', text: 'replaying' });
  state.follow(windowEvent(0, healthy(0)));
  expect(liveMessage(state).fields.phase).toBe('replaying');
  state.follow({ kind: 'tick', elapsedMs: 21_000, totalMs: 3_600_000, done: 1000, failed: 0 });
  expect(liveMessage(state).fields.phase).toBe('waiting for answers for 20\u00a0s');
});
