import { describe, expect, test } from 'vitest';
import {
  type DurationSample,
  findUnit,
  isSize,
  namedDuration,
  unitInName,
} from '../../../../src/domains/traffic/import/formats/duration-unit.ts';
import { useImport } from './recording.ts';

const input = useImport();

/** Numbers between 0 and 1 from a seed, the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

interface Served {
  arrivedMs: number;
  tookMs: number;
  bytes: number;
}

/** Requests of many visitors as a server logs them: at their end. Response times between 5 ms and `slowestMs`, most of them short. */
function served(count: number, slowestMs: number, seed = 7): Served[] {
  const random = numbers(seed);
  const rows = Array.from({ length: count }, (_, n) => ({
    arrivedMs: Date.UTC(2024, 4, 1, 10) + n * 120 + random() * 100,
    tookMs: 5 * (slowestMs / 5) ** random(),
    bytes: Math.floor(300 + random() * 20_000),
  }));
  return rows.sort((a, b) => a.arrivedMs + a.tookMs - b.arrivedMs - b.tookMs);
}

const second = (ms: number) => Math.floor(ms / 1000) * 1000;
const stamp = (ms: number) => {
  const at = new Date(second(ms)).toISOString();
  return `01/May/2024:${at.slice(11, 19)} +0000`;
};
const logged = (rows: Served[], field: (row: Served) => string) =>
  rows
    .map((row, n) => {
      const client = `203.0.113.${n % 50}`;
      return `${client} - - [${stamp(row.arrivedMs)}] "GET /p/${n} HTTP/1.1" 200 ${row.bytes} "-" "Agent/1" ${field(row)}\n`;
    })
    .join('');
const samples = (rows: Served[], value: (row: Served) => number): DurationSample[] =>
  rows.map((row) => ({
    value: value(row),
    decimals: 0,
    timeMs: second(row.arrivedMs),
    resolutionMs: 1000,
    responseBytes: row.bytes,
  }));

describe('the unit of whole numbers, from the order of lines and what servers do', () => {
  test.each([
    ['µs', (row: Served) => Math.round(row.tookMs * 1000)],
    ['ms', (row: Served) => Math.round(row.tookMs)],
    ['s', (row: Served) => Math.floor(row.tookMs / 1000)],
  ] as const)('%s', (unit, value) => {
    expect(findUnit(samples(served(600, 30_000), value), ['µs', 'ms', 's'], true)).toMatchObject({ unit });
  });

  test('where all are quick, milliseconds and microseconds look alike and stay unknown', () => {
    const rows = samples(served(600, 300), (row) => Math.round(row.tookMs));
    expect(findUnit(rows, ['µs', 'ms', 's'], true)).toEqual({ unknown: expect.stringContaining('ms') });
  });

  test('seconds are ruled out where lines would end after those behind them', () => {
    const rows = samples(served(600, 50), (row) => Math.round(row.tookMs));
    expect(findUnit(rows, ['ms', 's'], true)).toMatchObject({ unit: 'ms' });
  });

  test('no time at all: what no unit makes plausible', () => {
    const rows = samples(served(50, 300), () => 4_000_000_000_000);
    expect(findUnit(rows, ['µs', 'ms', 's'], true)).toEqual({ unknown: expect.stringContaining('no unit') });
    expect(findUnit([], ['ms'], true)).toEqual({ unknown: expect.any(String) });
  });
});

test('sizes are not taken for times', async () => {
  const rows = served(300, 900);
  expect(isSize(samples(rows, (row) => row.bytes + 310))).toBe(true);
  expect(isSize(samples(rows, (row) => Math.round(row.tookMs * 1000)))).toBe(false);
  const { result } = await input.importText(logged(rows, (row) => `412 ${row.bytes + 310}`));
  expect(result.files[0]).toMatchObject({ withDuration: 0, durations: { unknown: expect.stringContaining('sizes') } });
  expect(result.missing.durations).toBe(1);
  // combinedio with %D behind: the sizes are passed over.
  const both = await input.importText(logged(rows, (row) => `412 ${row.bytes + 310} ${Math.round(row.tookMs * 1000)}`));
  expect(both.result.files[0]?.durations).toMatchObject({ unit: 'µs' });
});

test('%T beside %D: both say the same, and the finer one is taken', async () => {
  const rows = served(300, 900);
  const { result } = await input.importText(
    logged(rows, (row) => `${Math.floor(row.tookMs / 1000)} ${Math.round(row.tookMs * 1000)}`),
  );
  expect(result.files[0]?.durations).toMatchObject({ unit: 'µs' });
});

describe('JSON logs', () => {
  const json = (row: Record<string, unknown>) =>
    Array.from(
      { length: 20 },
      (_, n) => `${JSON.stringify({ ts: 1714557600.5 + n, method: 'GET', url: '/', ...row })}\n`,
    ).join('');

  test('15 ms in microseconds are not read as four hours', async () => {
    const { result, requests } = await input.importText(json({ request_time: 15_000 }));
    expect(requests[0]?.durationMs).toBeUndefined();
    expect(result.files[0]?.durations).toEqual({ unknown: expect.stringContaining('contradicts its name') });
  });

  test.each([
    [{ duration_ms: 15 }, 15],
    [{ latencyMicros: 15_000 }, 15],
    [{ elapsed_seconds: 0.015 }, 15],
    [{ latency: '15ms' }, 15],
    [{ took: '1m2.5s' }, 62_500],
    [{ http: { duration_ns: 15_000_000 } }, 15],
    [{ duration: 15_000_000_000 }, 15_000],
    [{ duration: 15_000 }, undefined],
  ])('%o', async (row, durationMs) => {
    expect((await input.importText(json(row))).requests[0]?.durationMs).toBe(durationMs);
  });
});

test('durations and names that state their unit', () => {
  expect(namedDuration('350µs')).toBeCloseTo(0.35, 9);
  expect(namedDuration('1h2m3s')).toBe(3_723_000);
  expect([namedDuration('12'), namedDuration('12 apples')]).toEqual([undefined, undefined]);
  expect([unitInName('responseTimeMs'), unitInName('duration'), unitInName('time_ns')]).toEqual([
    'ms',
    undefined,
    'ns',
  ]);
});
