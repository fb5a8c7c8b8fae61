import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SampleSystem } from '../../src/model/sample-system.ts';
import { seededRandom } from '../../src/sample/random.ts';
import { recordSampleTraffic } from '../../src/sample/record.ts';
import { createDraws, sessionStarts } from '../../src/sample/recording/arrivals.ts';
import type { RawRequest } from '../../src/sample/recording/visitor.ts';
import { startSample } from '../../src/sample/start.ts';

describe('sessionStarts', () => {
  const starts = (seed: number) => sessionStarts(5000, 60_000, createDraws(seededRandom(seed)));

  it('is ascending, exact in number, within the time, and the same for the same seed', () => {
    const list = starts(1);
    expect(list).toHaveLength(5000);
    expect(list).toEqual([...list].sort((a, b) => a - b));
    expect(Math.min(...list)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...list)).toBeLessThanOrEqual(60_000);
    expect(starts(1)).toEqual(list);
    expect(starts(2)).not.toEqual(list);
  });

  it.each([10, 100, 1000])('is burstier than Poisson at %i ms', (scaleMs) => {
    const counts = new Array<number>(60_000 / scaleMs).fill(0);
    for (const start of starts(3)) {
      const bin = Math.min(counts.length - 1, Math.floor(start / scaleMs));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    const mean = 5000 / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
    // Index of dispersion: 1 for a Poisson process, 0 for an even one.
    expect(variance / mean).toBeGreaterThan(1.3);
  });
});

describe('recordSampleTraffic', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sample-record-'));
  const out = join(folder, 'raw.ndjson');
  let system: SampleSystem;
  let lines: RawRequest[];

  beforeAll(async () => {
    system = await startSample({ instances: 1 });
    const result = await recordSampleTraffic({ baseUrl: system.baseUrl, out, sessions: 60, durationMs: 1000, seed: 5 });
    expect(result).toMatchObject({ sessions: 60, broken: 0 });
    lines = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(result.requests);
  });
  afterAll(async () => {
    await system?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('writes every request in order of time, under the recorded origin, none failed', () => {
    const times = lines.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(lines.map(({ url }) => new URL(url).origin))).toEqual(new Set(['https://shop.example']));
    expect(lines.filter(({ status }) => status >= 500 || status === 400 || status === 403)).toEqual([]);
    expect(new Set(lines.map(({ client }) => client)).size).toBe(60);
  });

  it('keeps what later requests need: every CSRF token, order id and bearer token sent was in an answer before', () => {
    const sent: { value: string; line: RawRequest }[] = [];
    for (const line of lines) {
      const csrf = new URLSearchParams(line.requestBody?.data ?? '').get('csrf');
      const bearer = line.requestHeaders.find(([name]) => name === 'authorization')?.[1].slice(7);
      const order = /\/orders\/([0-9a-f-]{36})$/.exec(line.url)?.[1];
      for (const value of [csrf, bearer, order]) if (value) sent.push({ value, line });
    }
    expect(sent.length).toBeGreaterThan(20);
    for (const { value, line } of sent) {
      const source = lines.find(
        (earlier) =>
          earlier.client === line.client &&
          earlier.time < line.time &&
          JSON.stringify([earlier.responseHeaders, earlier.responseBody]).includes(value),
      );
      expect(source, `${line.method} ${line.url}`).toBeDefined();
    }
  });

  it('keeps no other bodies', () => {
    const kept = lines.filter(({ responseBody }) => responseBody !== undefined);
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.length).toBeLessThan(lines.length / 3);
    for (const { responseBody } of kept) expect(responseBody?.data).toMatch(/name="csrf"|"token"|"id"/);
  });
});
