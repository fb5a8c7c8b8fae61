import { expect, test } from 'vitest';
import { addFidelity, fidelity, fidelityState } from '../../../src/domains/load/fidelity.ts';
import { SampleIngest } from '../../../src/domains/load/windows/ingest.ts';
import { sampleWords } from '../../../src/model/sample.ts';

const recorded = { ratePerSecond: 100, requestsAtOnce: 1, dispersion: null };
const routes = [
  { method: 'GET', route: '/a', recorded: 300 },
  { method: 'GET', route: '/b', recorded: 100 },
];

/** A request every 10 to 30 ms on two routes, each sent `heldUpMs` late because the target answered an earlier one late. */
function state(kept: number, requests: number, heldUpMs: (i: number) => number) {
  const ingest = new SampleIngest(1000, 2);
  const count = 400;
  let dueMs = 0;
  for (let i = 0; i < count; i++) {
    dueMs += 10 + ((i * 7) % 20);
    const route = i % 4 === 3 ? 1 : 0;
    ingest.plan(dueMs, route);
    const words = new Uint32Array(sampleWords);
    words.set([dueMs * 100, heldUpMs(i) * 1000, 0, 1000, 0, i, route | (200 << 16), 200 << 16]);
    ingest.ingest(words, 0, sampleWords);
  }
  const statuses = { compared: 0, matched: 0 };
  for (const { compared, matched } of ingest.takeClosed(60_000, true)) {
    statuses.compared += compared;
    statuses.matched += matched;
  }
  ingest.arrivals.finish();
  ingest.moments.finish();
  return fidelityState(ingest, [300, 100], [300, 100], statuses, { routes, recorded: { ...recorded, kept, requests } });
}

test('a replay that did all that the recording has scores all', () => {
  const found = fidelity(state(400, 400, () => 0));
  expect(found.score).toBe(100);
  expect(found.recording).toMatchObject({ kept: 1, mix: 1 });
  expect(found.recording?.scales[0]?.correlation).toBeCloseTo(1, 5);
});

test('what was left out of the recording lowers it, however well the rest was sent', () => {
  const found = fidelity(state(400, 800, () => 0));
  expect(found.score).toBeLessThan(95);
  expect(found.recording).toMatchObject({ kept: 0.5, mix: 0.5 });
  expect(found.parts.find(({ name }) => name === 'Part of the recording')).toMatchObject({
    score: 50,
    detail: '50 % of the recorded requests planned, the others left out',
  });
});

test('what the target held up is no fault of the replay, but shown beside the recorded moments', () => {
  const found = fidelity(state(400, 400, (i) => (i * 37) % 200));
  expect(found.scales[0]?.correlation).toBeCloseTo(1, 5);
  expect(found.score).toBe(100);
  expect(found.recording?.scales[0]?.correlation).toBeLessThan(0.5);
});

test('parts of a run add up', () => {
  const one = state(400, 500, () => 0);
  const both = fidelity(addFidelity([one, one]));
  expect(both.recording).toEqual(fidelity(one).recording);
});
