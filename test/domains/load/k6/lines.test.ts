import { describe, expect, it } from 'vitest';
import { LineReader } from '../../../../src/domains/load/k6/lines.ts';

describe('lines of a stock k6', () => {
  const text = [
    'sd1 100 2000 1500 30000 512 7 3 503 1 1 200',
    'time="…" level=warning msg="of k6 itself"',
    'sd1 N 1 503 3\tstatus 503, recorded 200',
    'sd1 4294967999 0 0 0 0 0 0 200 0 0 0',
    '',
  ].join('\n');

  it.each([1, 5, 64, 10_000])('become samples and messages, %d characters at a time', (size) => {
    const samples: number[][] = [];
    const messages: unknown[] = [];
    const other: string[] = [];
    const reader = new LineReader(
      {
        samples(words, from, to) {
          for (let at = from; at < to; at += 8) samples.push([...words.subarray(at, at + 8)]);
        },
        message: (message) => messages.push(message),
      },
      (line) => other.push(line),
    );
    for (let at = 0; at < text.length; at += size) reader.push(text.slice(at, at + size));
    expect(samples).toEqual([
      [100, 2000, 1500, 30000, 512, 7, 3 + 503 * 65536, 1 + 256 + 200 * 65536],
      [0xffffffff, 0, 0, 0, 0, 0, 200 * 65536, 0],
    ]);
    expect(messages).toEqual([{ kind: 'note', key: '1 503 3', message: 'status 503, recorded 200' }]);
    expect(other).toHaveLength(1);
  });
});
