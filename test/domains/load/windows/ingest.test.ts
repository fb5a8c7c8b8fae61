import { describe, expect, it } from 'vitest';
import { SampleIngest } from '../../../../src/domains/load/windows/ingest.ts';
import { closeWindow } from '../../../../src/domains/load/windows/result.ts';
import { type SampleFields, sampleWordsOf } from '../sample-words.ts';

const honesty = { maxGeneratorLatenessMs: 50 };

function ingestOf(samples: SampleFields[], routes = 2): SampleIngest {
  const ingest = new SampleIngest(1000, routes);
  for (const { plannedUs, route = 0 } of samples) ingest.plan(plannedUs / 1000, route);
  const words = sampleWordsOf(samples);
  ingest.ingest(words, 0, words.length);
  return ingest;
}

function close(ingest: SampleIngest, nowMs = 100_000) {
  return ingest.takeClosed(nowMs).map((window) => closeWindow(window, 1000, null, honesty).result);
}

describe('windows', () => {
  it('count a request where it was planned to arrive, from that moment to its last byte', () => {
    const [first, second] = close(
      ingestOf([
        { plannedUs: 999_990, lateUs: 30_000, generatorUs: 1000, serviceUs: 70_000, bytes: 10 },
        { plannedUs: 1_000_000, lateUs: 0, serviceUs: 20_000, route: 1 },
      ]),
    );
    expect(first).toMatchObject({ index: 0, completed: 1, bytes: 10, starved: 0, invalid: null });
    expect(first?.response.p50).toBeCloseTo(100, 0);
    expect(first?.service.p50).toBeCloseTo(70, 0);
    expect(first?.generatorLatenessP99Ms).toBeCloseTo(1, 2);
    expect(first?.targetWaitP99Ms).toBeCloseTo(29, 0);
    expect(second).toMatchObject({ index: 1, completed: 1 });
  });

  it('account for every request: completed, failed and unsent make up the planned', () => {
    const ingest = ingestOf([
      { plannedUs: 0 },
      { plannedUs: 10, kind: 'timeout', status: 0, serviceUs: 30_000_000 },
      { plannedUs: 20, kind: 'extraction', status: 0, serviceUs: 0 },
    ]);
    ingest.plan(0.03, 1);
    expect(close(ingest)).toEqual([]);
    const [window] = ingest.takeClosed(0, true).map((open) => closeWindow(open, 1000, null, honesty));
    expect(window?.result).toMatchObject({ planned: 4, completed: 1, failed: 2, unsent: 1 });
    // The first that was known to have failed is not the first that was planned.
    expect(window?.result.failures).toEqual({ seenMs: 0.02, lastMs: 0.02 });
    // What was never on the wire has no latency; a timeout has all of it.
    expect(window?.response.count).toBe(2);
    expect(window?.result.response.max).toBeGreaterThan(29_999);
    expect(window?.routes).toEqual([
      { route: 0, completed: 1, failed: 2, unsent: 0, bytes: 0 },
      { route: 1, completed: 0, failed: 0, unsent: 1, bytes: 0 },
    ]);
  });

  it('do not wait for ever for an answer', () => {
    const ingest = new SampleIngest(1000, 1);
    ingest.plan(100, 0);
    expect(close(ingest, 300_999)).toEqual([]);
    expect(close(ingest, 301_000)).toMatchObject([{ planned: 1, completed: 0, unsent: 1 }]);
  });

  it('close in order, and wait for an answer that is still out', () => {
    const ingest = new SampleIngest(1000, 1);
    ingest.plan(100, 0);
    ingest.plan(1100, 0);
    const late = sampleWordsOf([{ plannedUs: 100_000, serviceUs: 3_000_000 }]);
    const soon = sampleWordsOf([{ plannedUs: 1_100_000 }]);
    ingest.ingest(soon, 0, soon.length);
    expect(ingest.takeClosed(2500)).toEqual([]);
    ingest.ingest(late, 0, late.length);
    expect(ingest.takeClosed(3200).map((window) => window.index)).toEqual([0, 1]);
    ingest.ingest(late, 0, late.length);
    expect(ingest.strays).toBe(1);
  });

  it('are invalid when the generator was late, and say so', () => {
    const [window] = close(ingestOf([{ plannedUs: 0, lateUs: 80_000, generatorUs: 80_000 }]));
    expect(window?.invalid).toMatch(/80 ms late .* more than 50 ms/);
  });

  it('are invalid when virtual users ran out, unless a slow target held them', () => {
    const starved = Array.from({ length: 10 }, (_, i) => ({
      plannedUs: i * 1000,
      lateUs: 5000,
      generatorUs: 5000,
      starved: true,
    }));
    expect(close(ingestOf(starved))[0]?.invalid).toMatch(/10 of 10 requests found no free virtual user/);
    const held = starved.map((sample) => ({ ...sample, serviceUs: 8_000_000 }));
    expect(close(ingestOf(held))[0]?.invalid).toBeNull();
  });

  it('see the target stand still while requests are under way, and not when none is', () => {
    const busy = ingestOf([
      { plannedUs: 0, serviceUs: 1000 },
      { plannedUs: 10_000, serviceUs: 2_000_000 },
      { plannedUs: 20_000, serviceUs: 2_000_000 },
    ]);
    expect(busy.longestStallUs).toBe(2_000_000);
    const idle = ingestOf([
      { plannedUs: 0, serviceUs: 1000 },
      { plannedUs: 2_000_000, serviceUs: 1000 },
    ]);
    expect(idle.longestStallUs).toBe(1000);
  });

  it('group failures by kind, status and route', () => {
    const ingest = ingestOf([
      { plannedUs: 5000, kind: 'http', status: 500 },
      { plannedUs: 1000, kind: 'http', status: 500 },
      { plannedUs: 9000, kind: 'reset', status: 0 },
    ]);
    expect([...ingest.failures.values()]).toEqual([
      { kind: 1, status: 500, route: 0, count: 2, firstMs: 1, lastMs: 5 },
      { kind: 4, status: 0, route: 0, count: 1, firstMs: 9, lastMs: 9 },
    ]);
  });

  it('take a cached answer for the answer it stands for, and no other status', () => {
    const ingest = ingestOf([
      { plannedUs: 0, status: 304, expected: 200 },
      { plannedUs: 0, status: 200, expected: 302 },
      { plannedUs: 0, status: 200 },
    ]);
    expect(ingest.takeClosed(60_000, true)[0]).toMatchObject({ compared: 2, matched: 1 });
  });
});
