import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LoadAccounting } from '../../../../src/domains/load/accounting/accounting.ts';
import type { LoadFailure, LoadInput, LoadListener } from '../../../../src/domains/load/engine.ts';
import { readWindows } from '../../../../src/domains/load/windows/read.ts';
import type { WindowResult } from '../../../../src/model/results.ts';
import { errorKinds } from '../../../../src/model/sample.ts';
import { LatencyHistogram } from '../../../../src/stats/histogram.ts';
import { decodeHistogramInto } from '../../../../src/stats/payload.ts';
import { type SampleFields, sampleWordsOf } from '../sample-words.ts';
import { loadInput, request, session } from '../shop.ts';

let folder: string;
let runs = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounting-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Its clock reads what a test says. */
class Stepped extends LoadAccounting {
  atMs = 0;

  override nowMs(): number {
    return this.atMs;
  }

  answer(...samples: SampleFields[]): void {
    const words = sampleWordsOf(samples);
    this.samples(words, 0, words.length);
  }
}

interface Seen {
  accounting: Stepped;
  /** Of its interval logs. */
  folder: string;
  /** Requests of the route that were never sent, by window. */
  unsentOfRoute: Map<number, number>;
  windows: WindowResult[];
  failures: LoadFailure[];
  started: { startedAt: string; fromMs: number }[];
}

/** The accounting of ten sessions of two requests, one begun each second, in a plan of 10 s. */
function tenSessions(fields: Partial<Omit<LoadInput, 'on'>> = {}, on: Partial<LoadListener> = {}): Seen {
  const sessions = Array.from({ length: 10 }, (_, i) => session(i, i * 1000, [request(0), request(100, { after: 0 })]));
  const own = join(folder, String(runs++));
  const seen: Omit<Seen, 'accounting'> = {
    ...{ folder: own, windows: [], failures: [], started: [] },
    unsentOfRoute: new Map(),
  };
  const input = loadInput('http://127.0.0.1:1', sessions, {
    ...fields,
    ...{ folder: own, durationMs: 10_000 },
    on: {
      started: (startedAt, fromMs) => void seen.started.push({ startedAt, fromMs }),
      window: (window, routes) => {
        seen.windows.push(window);
        for (const { unsent } of routes) seen.unsentOfRoute.set(window.index, unsent);
      },
      failures: (fresh) => void seen.failures.push(...fresh),
      ...on,
    },
  });
  const accounting = new Stepped(input);
  accounting.begin(new Date('2026-11-20T09:00:00Z'), 0);
  return { accounting, ...seen };
}

async function taken(sessions: AsyncIterable<{ index: number }>, atMost = Number.POSITIVE_INFINITY): Promise<number[]> {
  const indices: number[] = [];
  if (atMost === 0) return indices;
  for await (const { index } of sessions) {
    indices.push(index);
    if (indices.length >= atMost) break;
  }
  return indices;
}

/** Good answers to both requests of a session. */
const answersTo = (index: number): SampleFields[] => [
  { plannedUs: index * 1_000_000, session: index },
  { plannedUs: index * 1_000_000 + 100_000, session: index },
];

describe('what was planned', () => {
  test('a plan that ran to its end is accounted for, what the engine never asked for included', async () => {
    const { accounting } = tenSessions();
    await taken(accounting.handOut(), 3);
    accounting.atMs = 10_000;
    await accounting.enterRest(null);
    const { accounting: sums, coveredMs } = accounting.finish(null);
    expect(sums).toEqual({ planned: 20, completed: 0, failed: 0, unsent: 20 });
    expect(coveredMs).toBe(10_000);
  });

  test('of a plan that ended early, only what was due until then is', async () => {
    const { accounting } = tenSessions();
    await taken(accounting.handOut(), 3);
    accounting.atMs = 6_500;
    await accounting.enterRest('k6 was killed');
    const { accounting: sums, coveredMs } = accounting.finish('k6 was killed');
    expect(sums).toEqual({ planned: 12, completed: 0, failed: 0, unsent: 12 });
    expect(coveredMs).toBe(6_500);
  });

  test('what was handed out for after an early end is neither planned nor unsent, but for what was answered', async () => {
    const { accounting, windows, unsentOfRoute } = tenSessions();
    expect(await taken(accounting.handOut())).toHaveLength(10);
    accounting.answer(...answersTo(0), ...answersTo(8).slice(0, 1));
    accounting.atMs = 3_000;
    const { accounting: sums } = accounting.finish('k6 was killed');
    expect(sums).toEqual({ planned: 7, completed: 3, failed: 0, unsent: 4 });
    expect(windows.map(({ index, planned, unsent }) => [index, planned, unsent])).toEqual([
      [0, 2, 0],
      [1, 2, 2],
      [2, 2, 2],
      [8, 1, 0],
    ]);
    expect([...unsentOfRoute.values()]).toEqual([0, 2, 2, 0]);
  });

  test('answers that come after the planned end make the load no longer', async () => {
    for (const endedEarly of [null, 'interrupted']) {
      const { accounting } = tenSessions();
      await taken(accounting.handOut());
      accounting.answer(...answersTo(9));
      accounting.atMs = 14_200;
      const { coveredMs, accounting: sums } = accounting.finish(endedEarly);
      expect(coveredMs).toBe(10_000);
      expect(sums).toEqual({ planned: 20, completed: 2, failed: 0, unsent: 18 });
    }
  });

  test('what is due while the generators of a load that ends are stopped is no part of it', async () => {
    const { accounting } = tenSessions();
    await taken(accounting.handOut(), 4);
    accounting.answer(...[0, 1, 2].flatMap(answersTo));
    accounting.atMs = 3_000;
    accounting.cover('interrupted');
    accounting.atMs = 5_500;
    await accounting.enterRest('interrupted');
    const { accounting: sums, coveredMs } = accounting.finish('interrupted');
    expect(sums).toEqual({ planned: 6, completed: 6, failed: 0, unsent: 0 });
    expect(coveredMs).toBe(3_000);
  });

  test('a plan that was served before its time was over is covered all the same', () => {
    const { accounting } = tenSessions();
    accounting.atMs = 9_200;
    expect(accounting.finish(null).coveredMs).toBe(10_000);
  });

  test('each session goes to the process in whose time it begins, and those that nobody was there for are entered', async () => {
    const { accounting } = tenSessions();
    expect(await taken(accounting.handOut(0, 3000))).toEqual([0, 1, 2]);
    expect(await taken(accounting.handOut(5000, 7500))).toEqual([5, 6, 7]);
    expect(await taken(accounting.handOut(8000))).toEqual([8, 9]);
    expect(accounting.finish(null).accounting).toMatchObject({ planned: 20 });
  });

  test('a window to which sessions are still to come stays open, however late they are handed out', async () => {
    const { accounting, windows } = tenSessions({ windowMs: 2000 });
    const sessions = accounting.handOut(0, 9000);
    await sessions.next();
    accounting.answer(...answersTo(0));
    accounting.atMs = 5000;
    accounting.tick();
    expect(windows).toEqual([]);
    await taken(sessions, 2);
    accounting.answer(...answersTo(1), ...answersTo(2));
    accounting.tick();
    expect(windows.map(({ index, planned, completed }) => [index, planned, completed])).toEqual([[0, 4, 4]]);
    // The next part has a session in the window in which this one ends.
    accounting.answer(...[3, 4, 5, 6, 7, 8].flatMap(answersTo));
    await taken(accounting.handOut(0, 9000));
    accounting.atMs = 20_000;
    accounting.tick();
    expect(windows.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    await taken(accounting.handOut(9000));
    accounting.answer(...answersTo(9));
    accounting.tick();
    expect(windows.at(-1)).toMatchObject({ index: 4, planned: 4, completed: 4 });
  });

  test('nothing is handed out once the load is to end', async () => {
    const ending = new AbortController();
    const { accounting } = tenSessions({ signal: ending.signal });
    const sessions = accounting.handOut();
    await sessions.next();
    ending.abort();
    expect(await sessions.next()).toEqual({ done: true, value: undefined });
  });
});

describe('a run that goes on', () => {
  const resumed = { zero: new Date('2026-11-20T09:00:00Z'), fromMs: 4000 };

  test('plans nothing for the time before, measures nothing of it, and says from where on it does', async () => {
    const { accounting, windows, started } = tenSessions({ resumed });
    expect(started.map(({ fromMs }) => fromMs)).toEqual([4000]);
    expect(await taken(accounting.handOut(), 2)).toEqual([4, 5]);
    // Answers of before are of the run's earlier part, whose windows are closed.
    accounting.answer(...answersTo(2), ...answersTo(4));
    accounting.atMs = 10_000;
    await accounting.enterRest(null);
    const { accounting: sums } = accounting.finish(null);
    expect(sums).toEqual({ planned: 12, completed: 2, failed: 0, unsent: 10 });
    expect(windows.map(({ index }) => index)).toEqual([4, 5, 6, 7, 8, 9]);
  });

  test('a new run begins at zero', () => {
    expect(tenSessions().started).toEqual([{ startedAt: '2026-11-20T09:00:00.000Z', fromMs: 0 }]);
  });
});

describe('a generator that died', () => {
  const invalid = (windows: readonly WindowResult[]) =>
    windows.filter(({ invalid: why }) => why !== null).map(({ index, invalid: why }) => [index, why]);
  const lost = (requests: number) => `${requests} of 2 requests were lost with a load generator that died`;

  test('makes the windows invalid in which requests went with it, and no others', async () => {
    const { accounting, windows } = tenSessions();
    await taken(accounting.handOut());
    for (const i of [0, 2, 3, 4, 6, 8]) accounting.answer(...answersTo(i));
    accounting.generatorDied(4500, 6200);
    accounting.atMs = 10_000;
    accounting.finish(null);
    // In windows 1, 7 and 9 the target left requests without an answer: that is its own doing.
    expect(invalid(windows)).toEqual([[5, lost(2)]]);
    expect(windows.filter(({ unsent }) => unsent > 0).map(({ index }) => index)).toEqual([1, 5, 7, 9]);
  });

  test('so do windows that are planned before another takes over', async () => {
    const { accounting, windows } = tenSessions();
    await taken(accounting.handOut(0, 3000));
    const missing = accounting.generatorDied(2000, 2500);
    missing.toMs = 4500;
    await taken(accounting.handOut(5000));
    for (const i of [0, 1, 5, 6, 7, 8, 9]) accounting.answer(...answersTo(i));
    accounting.atMs = 10_000;
    accounting.finish(null);
    expect(invalid(windows)).toEqual([2, 3, 4].map((index) => [index, lost(2)]));
  });

  test('not so windows after another took over, though it was not known before how soon it would', async () => {
    const { accounting, windows } = tenSessions();
    await taken(accounting.handOut());
    for (const i of [0, 1, 4, 5, 7, 8, 9]) accounting.answer(...answersTo(i));
    const missing = accounting.generatorDied(2000, 2500);
    missing.toMs = Number.POSITIVE_INFINITY;
    accounting.atMs = 3000;
    accounting.tick();
    missing.toMs = 3200;
    accounting.atMs = 10_000;
    accounting.finish(null);
    expect(invalid(windows).map(([index]) => index)).toEqual([2, 3]);
    expect(windows[6]).toMatchObject({ index: 6, unsent: 2, invalid: null });
  });

  test('keeps a window open until the others cannot be answered any more', async () => {
    const { accounting, windows } = tenSessions({ requestTimeoutMs: 50_000 });
    await taken(accounting.handOut());
    accounting.generatorDied(0, 100);
    accounting.answer(...answersTo(0).slice(0, 1));
    accounting.atMs = 100_900;
    accounting.tick();
    expect(windows).toEqual([]);
    accounting.answer(...answersTo(0).slice(1));
    accounting.tick();
    expect(windows[0]).toMatchObject({ completed: 2, unsent: 0 });
  });
});

describe('what is reported on the way', () => {
  test('a new failure at once, more of the same when a window closes, with what the engine said of it', async () => {
    const { accounting, failures } = tenSessions();
    await taken(accounting.handOut());
    accounting.note(`${errorKinds.indexOf('http')} 500 0`, 'out of order');
    const failed = (atMs: number): SampleFields => ({ plannedUs: atMs * 1000, kind: 'http', status: 500 });
    accounting.answer(failed(0));
    accounting.tick();
    expect(failures).toMatchObject([
      { kind: 'http', message: 'out of order', status: 500, count: 1, firstMs: 0, lastMs: 0, known: false },
    ]);
    accounting.answer(failed(100));
    accounting.tick();
    expect(failures).toHaveLength(1);
    accounting.atMs = 1000;
    accounting.tick();
    expect(failures[1]).toMatchObject({ count: 1, firstMs: 100, lastMs: 100, known: true });
    accounting.tick();
    expect(failures).toHaveLength(2);
  });

  test('the sums once a minute, and how far the load is at each tick but the last', () => {
    const checkpoints: unknown[] = [];
    const ticks: number[] = [];
    const { accounting } = tenSessions(
      {},
      { checkpoint: (state) => void checkpoints.push(state), tick: ({ elapsedMs }) => void ticks.push(elapsedMs) },
    );
    for (const atMs of [59_999, 60_000, 60_001, 119_999, 120_000]) {
      accounting.atMs = atMs;
      accounting.tick();
    }
    accounting.finish(null);
    expect(checkpoints).toHaveLength(2);
    expect(ticks).toHaveLength(5);
  });
});

describe('windows that cannot be written', () => {
  const full = () => {
    throw new Error('disk full');
  };

  test('end what was measured: nothing is written after, and only what was written is accounted for', async () => {
    const causes: unknown[] = [];
    const written: number[] = [];
    const lengths = { all: 4000, routes: 4000 };
    const { accounting, folder: logs } = tenSessions(
      { merge: { response: lengths, service: lengths } },
      {
        window: ({ index }) => (index === 2 ? full() : void written.push(index)),
        unwritable: (cause) => void causes.push(cause),
      },
    );
    await taken(accounting.handOut());
    for (let i = 0; i < 10; i++) accounting.answer(...answersTo(i));
    accounting.atMs = 10_000;
    const { accounting: sums, coveredMs } = accounting.finish(null);
    expect(written).toEqual([0, 1]);
    expect(causes).toEqual([new Error('disk full')]);
    expect(sums).toEqual({ planned: 4, completed: 4, failed: 0, unsent: 0 });
    expect(coveredMs).toBe(2000);
    // Of the window that no event tells of, nothing is merged into the others' interval.
    const merged = new LatencyHistogram();
    for await (const { tag, counts, payload } of readWindows(logs, 'response', 1000, () => {}))
      if (tag === 'all' && counts !== null) decodeHistogramInto(payload, merged);
    expect(merged.count).toBe(4);
  });

  test('are thrown where nobody asks', () => {
    const { accounting } = tenSessions({}, { window: full });
    accounting.plan(0, 0);
    accounting.atMs = 10_000;
    expect(() => accounting.finish(null)).toThrow('disk full');
  });
});

test('under a fault answers are not as recorded: they are compared with nothing', async () => {
  const { accounting } = tenSessions({ disturbance: (fromMs) => (fromMs < 3000 ? 'HTTP abort' : null) });
  await taken(accounting.handOut());
  for (let index = 0; index < 10; index++) {
    const status = index < 3 ? 503 : 200;
    accounting.answer(...answersTo(index).map((answer) => ({ ...answer, status, expected: 200 })));
  }
  accounting.atMs = 10_000;
  await accounting.enterRest(null);
  const { fidelity, fidelityState } = accounting.finish(null);
  expect([fidelity?.statusParity, fidelityState?.compared]).toEqual([1, 14]);
});
