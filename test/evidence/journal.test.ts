import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal } from '../../src/evidence/journal.ts';
import type { JournalEvent } from '../../src/model/event.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const source = 'shakedown/runs/r1';
const read = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');

test('writes CloudEvents, one a line, in order', () => {
  const file = join(folder, 'journal.ndjson');
  const clock = { now: () => Date.UTC(2026, 10, 20, 9), monotonicMs: () => 0, sleep: async () => {} };
  const journal = openJournal(file, { source, clock });
  journal.append('shakedown.warning', { message: 'a\nb \u001b[2J' });
  journal.append('shakedown.run.interrupted', { reason: 'SIGINT' });
  journal.close();
  // The descriptor may be another file's by now: nothing is written to it, and it is not closed again.
  expect(() => journal.append('shakedown.warning', { message: 'late' })).toThrow(/append after close/);
  journal.close();
  const events = read(file).map((line) => JSON.parse(line) as JournalEvent);
  expect(events[0]).toMatchObject({
    specversion: '1.0',
    source,
    type: 'shakedown.warning',
    time: '2026-11-20T09:00:00.000Z',
    datacontenttype: 'application/json',
    data: { message: 'a\nb \u001b[2J' },
  });
  expect(new Set(events.map(({ id }) => id)).size).toBe(2);
});

test('begins with its first event, however long a run took until then', () => {
  const file = join(folder, 'journal.ndjson');
  let ms = 0;
  const clock = { now: () => ms, monotonicMs: () => ms, sleep: async () => {} };
  const journal = openJournal(file, { source, clock });
  ms = 10 * 60_000;
  journal.append('shakedown.warning', { message: 'first' });
  ms += 10 * 60_000;
  journal.append('shakedown.warning', { message: 'second' });
  journal.close();
  expect(read(file).map((line) => JSON.parse(line).type)).toEqual([
    'shakedown.warning',
    'shakedown.journal.digest',
    'shakedown.warning',
  ]);
});

test('goes on in a line of its own after a line that was cut off', () => {
  const file = join(folder, 'journal.ndjson');
  openJournal(file, { source }).append('shakedown.warning', { message: 'first' });
  appendFileSync(file, '{"specversion":"1.0","id":"cut');
  const journal = openJournal(file, { source });
  journal.append('shakedown.warning', { message: 'after' });
  journal.close();
  const lines = read(file);
  expect(lines).toHaveLength(3);
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({ data: { message: 'after' } });
});

test('a killed process loses nothing that was appended', async () => {
  const file = join(folder, 'journal.ndjson');
  const script = `
    import { openJournal } from ${JSON.stringify(new URL('../../src/evidence/journal.ts', import.meta.url).href)};
    const journal = openJournal(${JSON.stringify(file)}, { source: 's' });
    for (let n = 0; n < 500; n++) journal.append('shakedown.warning', { message: String(n) });
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
  expect(read(file).map((line) => JSON.parse(line).data.message)).toEqual(
    Array.from({ length: 500 }, (_, n) => String(n)),
  );
});

test.skipIf(!existsSync('/dev/full'))('a full disk is an error once, and counted from then on', () => {
  const journal = openJournal('/dev/full', { source });
  const append = () => journal.append('shakedown.warning', { message: 'x' });
  expect(append).toThrow(/the disk is full/);
  append();
  append();
  expect(journal.lost).toBe(3);
  journal.close();
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

test.skipIf(!canMount)('writes again when a full disk has space again, and no line runs into another', () => {
  const disk = join(folder, 'disk');
  execFileSync('mkdir', [disk]);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
  try {
    const ballast = join(disk, 'ballast');
    execFileSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=1k', 'count=60'], { stdio: 'ignore' });
    const journal = openJournal(join(disk, 'journal.ndjson'), { source });
    const large = 'x'.repeat(3000);
    expect(() => {
      for (let n = 0; n < 10; n++) journal.append('shakedown.warning', { message: large });
    }).toThrow(/the disk is full/);
    rmSync(ballast);
    journal.append('shakedown.warning', { message: 'space again' });
    journal.close();
    const lines = read(join(disk, 'journal.ndjson'));
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ data: { message: 'space again' } });
  } finally {
    execFileSync('umount', [disk]);
  }
});

test('a folder that is not there is reported', () => {
  expect(() => openJournal(join(folder, 'no', 'journal.ndjson'), { source })).toThrow(/Cannot write the journal/);
});
