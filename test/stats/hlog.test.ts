import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as hdr from 'hdr-histogram-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LatencyHistogram, maximumUs } from '../../src/stats/histogram.ts';
import { formatInterval, type HistogramInterval, histogramLogHeader, readHistogramLog } from '../../src/stats/hlog.ts';
import { decodeHistogram, encodeHistogram } from '../../src/stats/payload.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hlog-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const samples = [
  ['nothing', []],
  ['one', [0]],
  ['the ends', [0, 1, 2047, 2048, 4095, 4096, maximumUs]],
  ['gaps', [3, 3, 3, 900_000, 900_001, 31_000_000]],
  ['many', Array.from({ length: 30_000 }, (_, i) => (i * i) % 777_777)],
] as const;

function recorded(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

function buckets(histogram: LatencyHistogram): number[][] {
  const found: number[][] = [];
  histogram.forEach((...bucket) => void found.push(bucket));
  return found;
}

describe('payload', () => {
  for (const [name, values] of samples) {
    test(`is read by HdrHistogram: ${name}`, () => {
      const ours = recorded(values);
      const theirs = hdr.decodeFromCompressedBase64(encodeHistogram(ours), 64, false);
      expect(encodeHistogram(ours)).toMatch(/^HISTFAAA/);
      expect(theirs.totalCount).toBe(ours.count);
      if (values.length === 0) return;
      expect(theirs.maxValue).toBe(ours.max);
      for (const p of [1, 50, 95, 99, 99.9, 100]) {
        expect(theirs.getValueAtPercentile(p)).toBe(ours.percentile(p));
      }
    });

    test(`of HdrHistogram is read: ${name}`, () => {
      const theirs = hdr.build({
        bitBucketSize: 64,
        lowestDiscernibleValue: 1,
        highestTrackableValue: maximumUs,
        numberOfSignificantValueDigits: 3,
        useWebAssembly: false,
      });
      for (const value of values) theirs.recordValue(value);
      expect(buckets(decodeHistogram(hdr.encodeIntoCompressedBase64(theirs)))).toEqual(buckets(recorded(values)));
    });

    test(`comes back as it was: ${name}`, () => {
      const ours = recorded(values);
      expect(buckets(decodeHistogram(encodeHistogram(ours)))).toEqual(buckets(ours));
    });
  }

  test('keeps counts past 2^32', () => {
    const ours = recorded([7]);
    ours.recordMany(900, 123_456_789_012);
    expect(buckets(decodeHistogram(encodeHistogram(ours)))).toEqual(buckets(ours));
  });

  test('damaged or of another kind is refused', () => {
    const good = encodeHistogram(recorded([5, 50_000]));
    const other = hdr.build({ numberOfSignificantValueDigits: 2 });
    other.recordValue(9);
    for (const bad of ['', 'AAAA', good.slice(0, 40), good.slice(4), hdr.encodeIntoCompressedBase64(other)]) {
      expect(() => decodeHistogram(bad)).toThrow(RangeError);
    }
  });
});

describe('interval log', () => {
  const startedAt = new Date('2026-11-20T09:00:00.250Z');
  const intervals: HistogramInterval[] = [
    { tag: 'all', startSec: 0, lengthSec: 1, histogram: recorded([10, 2_000, 64_123]) },
    { tag: 'r0', startSec: 0, lengthSec: 1, histogram: recorded([10]) },
    { tag: 'all', startSec: 1, lengthSec: 0.5, histogram: recorded([]) },
  ];
  const text = histogramLogHeader(startedAt) + intervals.map(formatInterval).join('');

  async function written(name: string, content: string): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, content);
    return file;
  }

  async function read(file: string): Promise<HistogramInterval[]> {
    const found: HistogramInterval[] = [];
    for await (const interval of readHistogramLog(file)) found.push(interval);
    return found;
  }

  test('is written as the format says', () => {
    const lines = text.split('\n');
    expect(lines[1]).toMatch(/^#\[StartTime: 1795165200\.250 /);
    expect(lines).toContain('"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"');
    expect(lines.at(-4)).toMatch(/^Tag=all,0\.000,1\.000,64\.127,HISTFAAAA/);
  });

  test('comes back as it was', async () => {
    const found = await read(await written('whole.hlog', text));
    expect(found.map(({ tag, startSec, lengthSec }) => [tag, startSec, lengthSec])).toEqual([
      ['all', 0, 1],
      ['r0', 0, 1],
      ['all', 1, 0.5],
    ]);
    expect(found.map((interval) => buckets(interval.histogram))).toEqual(intervals.map((i) => buckets(i.histogram)));
  });

  test('is read by HdrHistogram, with absolute times', () => {
    const reader = new hdr.HistogramLogReader(text, 64);
    const first = reader.nextIntervalHistogram();
    expect(first?.tag).toBe('all');
    expect(first?.startTimeStampMsec).toBe(startedAt.getTime());
    expect(first?.totalCount).toBe(3);
    expect(reader.nextIntervalHistogram()?.tag).toBe('r0');
  });

  test('of HdrHistogram is read', async () => {
    const lines: string[] = [];
    const writer = new hdr.HistogramLogWriter((line) => lines.push(line));
    writer.outputLogFormatVersion();
    writer.outputStartTime(1000);
    writer.outputLegend();
    const theirs = hdr.build({ highestTrackableValue: maximumUs, bitBucketSize: 64 });
    theirs.recordValue(1234);
    theirs.startTimeStampMsec = 2_000;
    theirs.endTimeStampMsec = 3_500;
    theirs.tag = 'theirs';
    writer.outputIntervalHistogram(theirs);
    const [found] = await read(await written('theirs.hlog', lines.join('')));
    expect(found).toMatchObject({ tag: 'theirs', startSec: 2, lengthSec: 1.5 });
    expect(found?.histogram.percentile(50)).toBe(1234);
  });

  test('cut off anywhere in the last line, gives all lines before it', async () => {
    const file = await written('cut.hlog', text);
    const last = formatInterval(intervals[2] as HistogramInterval).length;
    for (const cut of [1, 5, 30, last - 1, last]) {
      await truncate(file, 0);
      await appendFile(file, text.slice(0, text.length - cut));
      expect(await read(file)).toHaveLength(2);
    }
    expect(await readFile(file, 'latin1')).toHaveLength(text.length - last);
  });

  test('damaged before its end, is refused with file and line', async () => {
    const file = await written('damaged.hlog', text.replace('Tag=r0,', 'Tag=r0;'));
    await expect(read(file)).rejects.toThrow(/damaged\.hlog:7: not an interval/);
  });
});
