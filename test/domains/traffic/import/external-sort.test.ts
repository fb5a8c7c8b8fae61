import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExternalSort } from '../../../../src/domains/traffic/import/external-sort.ts';
import { UnnamedFiles } from '../../../../src/domains/traffic/unnamed-files.ts';

let folder: string;
let files: Counted;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-sort-'));
  files = new Counted(folder);
});
afterEach(async () => {
  files.closeAll();
  await rm(folder, { recursive: true, force: true });
});

class Counted extends UnnamedFiles {
  opened = 0;
  now = 0;
  most = 0;
  override open(): number {
    this.opened++;
    this.most = Math.max(this.most, ++this.now);
    return super.open();
  }
  override close(descriptor: number): void {
    this.now--;
    super.close(descriptor);
  }
}

function sorter(bufferBytes: number, retain = 0) {
  return new ExternalSort({ files, bufferBytes, retain });
}

function rowsOf(sort: ExternalSort): [number, string, string][] {
  const rows: [number, string, string][] = [];
  // Rows are views into a block that is reused, so each is copied while it is the current one.
  for (const { key, head, tail } of sort.sorted()) rows.push([key, head.toString(), tail.toString()]);
  return rows;
}

const scrambled = (n: number) => (n * 7919) % 10_007;

test.each([
  [4000, 0],
  [4000, 0.25],
  [100_000, 0.25],
  [10_000_000, 0],
])(
  'rows come back by key, equal keys in order, with a buffer of %i bytes and %f kept back',
  async (bufferBytes, retain) => {
    const sort = sorter(bufferBytes, retain);
    const rows = Array.from({ length: 20_000 }, (_, n): [number, string, string] => [
      Math.floor(scrambled(n) / 3),
      `ü${n}`,
      'x'.repeat(n % 50),
    ]);
    for (const [key, head, tail] of rows) sort.add(key, head, tail.length % 2 === 0 ? tail : Buffer.from(tail));
    const expected = rows.map((row, index) => ({ row, index }));
    expected.sort((a, b) => a.row[0] - b.row[0] || a.index - b.index);
    // Compared as text: a diff of 20,000 rows is of no use to anybody.
    expect(JSON.stringify(rowsOf(sort)) === JSON.stringify(expected.map(({ row }) => row))).toBe(true);
    expect(await readdir(folder)).toEqual([]);
    // A process may have a thousand files open.
    expect([files.now, files.most < 400]).toEqual([0, true]);
  },
);

test('rows that come nearly in order need one run, however many there are', () => {
  const sort = sorter(10_000, 0.25);
  for (let n = 0; n < 20_000; n++) sort.add(n + (n % 20), 'a row of some length', '');
  expect(files.opened).toBe(1);
  expect(rowsOf(sort)).toHaveLength(20_000);
});

test('a row larger than the buffer, and nothing at all', () => {
  const sort = sorter(1000);
  sort.add(2, 'big', 'x'.repeat(1_000_000));
  sort.add(1, '', '');
  sort.add(3, '€'.repeat(400), '');
  expect(rowsOf(sort).map(([key, head, tail]) => [key, head.length, tail.length])).toEqual([
    [1, 0, 0],
    [2, 3, 1_000_000],
    [3, 400, 0],
  ]);
  expect(rowsOf(sorter(1000))).toEqual([]);
});
