import { describe, expect, test } from 'vitest';
import { SessionTracker } from '../../../src/domains/journeys/tracker.ts';
import type { JourneySettings, SessionCounts, SessionKind } from '../../../src/model/journeys.ts';
import type { PlannedSession } from '../../../src/model/plan.ts';
import { LatencyHistogram } from '../../../src/stats/histogram.ts';
import { decodeHistogramInto } from '../../../src/stats/payload.ts';
import { seeded } from '../../random.ts';
import { loadInput, request, session } from '../load/shop.ts';

const windowMs = 1000;

function settings(random: () => number): JourneySettings {
  const some = (from: number) => Math.floor(random() * from);
  return {
    journeys: Array.from({ length: 3 }, (_, i) => ({
      name: `J${i}`,
      steps: Array.from({ length: 2 + some(3) }, (_, k) => ({
        name: `step ${k}`,
        routes: [`GET /r${some(5)}`, ...(random() < 0.4 ? [`GET /r${some(5)}`] : [])],
      })),
      maxBetweenMs: random() < 0.5 ? null : 100 + some(900),
      answerWithinMs: random() < 0.5 ? null : 20 + some(60),
    })),
    features: [
      { name: 'all', routes: ['GET /**'] },
      { name: 'two', routes: ['GET /r1', 'GET /r3'] },
    ],
  };
}

interface Asked {
  route: number;
  atMs: number;
  expected: number;
  /** null: no answer. */
  ms: number | null;
  isGood: boolean;
}

/** Tries every chain of requests: the longest way through the journey, whatever the order of trying. */
function bruteForce(
  steps: readonly { routes: readonly string[] }[],
  maxBetweenMs: number | null,
  asked: readonly Asked[],
  counts: (one: Asked) => boolean,
): number {
  const good = asked.filter(counts);
  const from = (step: number, after: number): number => {
    if (step === steps.length) return step;
    let best = step;
    for (let i = after + 1; i < good.length; i++) {
      const one = good[i] as Asked;
      if (!steps[step]?.routes.includes(`GET /r${one.route}`)) continue;
      if (step > 0 && maxBetweenMs !== null && one.atMs - (good[after] as Asked).atMs > maxBetweenMs) continue;
      best = Math.max(best, from(step + 1, i));
    }
    return best;
  };
  return from(0, -1);
}

function summed(told: readonly SessionCounts[], kind: SessionKind) {
  const own = told.filter((one) => one.kind === kind);
  const add = (a: [number, number][], b: [number, number][]) =>
    b.map(([due, done], i): [number, number] => [due + (a[i]?.[0] ?? 0), done + (a[i]?.[1] ?? 0)]);
  return {
    sessions: own.reduce((sum, { sessions }) => sum + sessions, 0),
    steps: own.reduce<[number, number][][]>(
      (sum, { journeys }) => journeys.map(({ steps }, i) => add(sum[i] ?? [], steps)),
      [],
    ),
    features: own.reduce<[number, number][]>((sum, { features }) => add(sum, features), []),
  };
}

describe('sessions followed through journeys', () => {
  test.each(Array.from({ length: 25 }, (_, i) => i + 1))('count as trying every way does, seed %d', (seed) => {
    const random = seeded(seed);
    const some = (from: number) => Math.floor(random() * from);
    const wanted = settings(random);
    const all = Array.from({ length: 60 }, (_, index) => {
      let atMs = 0;
      let route = 0;
      const asked = Array.from({ length: 1 + some(9) }, (): Asked => {
        // Requests of one moment and route stand for each other: which of them went unanswered cannot be distinguished.
        const atOnce = random() < 0.1;
        atMs += atOnce ? 0 : 1 + some(600);
        route = atOnce ? (route + 1) % 5 : some(5);
        const expected = random() < 0.15 ? 404 : random() < 0.2 ? 0 : 200;
        const isGood = random() < 0.8 && expected < 400;
        return { route, atMs, expected, ms: random() < 0.1 ? null : 1 + some(80), isGood };
      });
      return { index, startMs: some(8000), asked };
    }).sort((a, b) => a.startMs - b.startMs);
    const sessions = all.map(
      ({ index, startMs, asked }): PlannedSession =>
        session(
          index,
          startMs,
          asked.map(({ atMs, route, expected }) => request(atMs, { route, expectedStatus: expected })),
        ),
    );
    const { plan } = loadInput('http://127.0.0.1:1', sessions, { folder: '', durationMs: 10_000 });
    const tracker = new SessionTracker({ ...plan, longestSessionMs: 6000 }, wanted, windowMs);
    for (const one of sessions) tracker.enter(one);
    const answers = all.flatMap(({ index, startMs, asked }) =>
      asked.flatMap(({ ms, route, atMs, isGood }) =>
        ms === null ? [] : [{ index, plannedMs: startMs + atMs, route, isGood, ms, key: random() }],
      ),
    );
    // Answers come in any order.
    answers.sort((a, b) => a.key - b.key);
    for (const { index, plannedMs, route, isGood, ms } of answers)
      tracker.answer(index, plannedMs + 0.004, route, isGood, ms);
    const kinds: (SessionKind | 'lost')[] = Array.from({ length: 20 }, () =>
      random() < 0.1 ? 'invalid' : random() < 0.1 ? 'excluded' : random() < 0.1 ? 'lost' : 'judged',
    );
    const told = kinds.flatMap((kind, window) => tracker.close(window, kind));
    told.push(...tracker.rest());
    const kindOf = ({ startMs, asked }: (typeof all)[number]): SessionKind => {
      const met = asked.map(({ atMs, ms }) => ({ kind: kinds[Math.floor((startMs + atMs) / windowMs)], ms }));
      if (met.some(({ kind, ms }) => kind === 'invalid' || (kind === 'lost' && ms === null))) return 'invalid';
      return met.some(({ kind }) => kind === 'excluded') ? 'excluded' : 'judged';
    };
    for (const kind of ['judged', 'excluded', 'invalid'] as const) {
      const own = all.filter((one) => kindOf(one) === kind);
      const sum = summed(told, kind);
      expect(sum.sessions).toBe(own.length);
      if (own.length === 0) continue;
      wanted.journeys.forEach(({ steps, maxBetweenMs, answerWithinMs }, i) => {
        const pairs = own.map(({ asked }) => ({
          due: bruteForce(steps, maxBetweenMs, asked, ({ expected }) => expected < 400),
          done: bruteForce(
            steps,
            maxBetweenMs,
            asked,
            ({ ms, isGood }) => ms !== null && isGood && (answerWithinMs === null || ms <= answerWithinMs),
          ),
        }));
        const expected = steps.map((_, step) => [
          pairs.filter(({ due }) => due > step).length,
          pairs.filter(({ due, done }) => due > step && done > step).length,
        ]);
        expect(sum.steps[i], `journey ${i} of ${kind}`).toEqual(expected);
      });
      const used = own.filter(({ asked }) => asked.some(({ ms, isGood }) => ms !== null && isGood)).length;
      expect(sum.features[0]?.[1]).toBe(used);
    }
  });

  const shop: JourneySettings = {
    journeys: [
      {
        name: 'Buy',
        steps: [
          { name: 'look', routes: ['GET /r0'] },
          { name: 'order', routes: ['GET /r1'] },
        ],
        maxBetweenMs: null,
        answerWithinMs: null,
      },
    ],
    features: [],
  };
  const pairOf = (index: number, startMs: number) =>
    session(index, startMs, [request(0, { route: 0 }), request(1500, { route: 1 })]);
  const trackerOf = (sessions: PlannedSession[]) => {
    const { plan } = loadInput('http://127.0.0.1:1', sessions, { folder: '', durationMs: 10_000 });
    const tracker = new SessionTracker(plan, shop, windowMs);
    for (const one of sessions) tracker.enter(one);
    return tracker;
  };

  test('count with the window of their last request, and what was cut off counts nowhere', () => {
    const tracker = trackerOf([pairOf(0, 0), pairOf(1, 900), pairOf(2, 2900)]);
    for (const [index, startMs] of [
      [0, 0],
      [1, 900],
      [2, 2900],
    ] as const) {
      tracker.answer(index, startMs, 0, true, 5);
      if (index !== 1) tracker.answer(index, startMs + 1500, 1, true, 7);
    }
    expect(tracker.close(0, 'judged')).toEqual([]);
    expect(tracker.close(1, 'judged')[0]?.journeys[0]?.steps).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(tracker.close(2, 'judged')[0]?.journeys[0]?.steps).toEqual([
      [1, 1],
      [1, 0],
    ]);
    tracker.dropAfter(4000);
    expect(tracker.close(4, 'judged')).toEqual([]);
    const [rest] = tracker.rest();
    const times = new LatencyHistogram();
    decodeHistogramInto(rest?.journeys[0]?.times ?? '', times);
    expect(times.count).toBe(1);
    expect(Math.abs((times.max ?? 0) - 12_000)).toBeLessThan(15);
    expect(tracker.rest()).toEqual([]);
  });

  test('are followed apart where they share a template', () => {
    const first = pairOf(0, 0);
    const tracker = trackerOf([first, { ...first, index: 1, startMs: 10 }, { ...first, index: 2, startMs: 20 }]);
    for (const [index, startMs] of [
      [0, 0],
      [1, 10],
    ] as const) {
      tracker.answer(index, startMs, 0, true, 5);
      tracker.answer(index, startMs + 1500, 1, index === 0, 7);
    }
    tracker.close(0, 'judged');
    const [counts] = tracker.close(1, 'judged');
    expect(counts?.sessions).toBe(3);
    expect(counts?.journeys[0]?.steps).toEqual([
      [3, 2],
      [3, 1],
    ]);
  });

  test('leave nothing behind', () => {
    const tracker = trackerOf([]);
    let told = 0;
    const counts = new Set<string>();
    for (let window = 0; window < 2000; window++) {
      tracker.enter(pairOf(window, window * 1000));
      tracker.answer(window, window * 1000, 0, true, 5);
      for (const { sessions, kind } of tracker.close(window, window % 3 === 0 ? 'invalid' : 'judged')) {
        told += sessions;
        counts.add(kind);
      }
      // Two sessions are under way at the most, and as many windows are remembered.
      expect(tracker.held).toBeLessThanOrEqual(10);
    }
    expect(told).toBe(1999);
    expect([...counts].sort()).toEqual(['invalid', 'judged']);
  });
});
