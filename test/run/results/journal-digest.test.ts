import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Journal, openJournal } from '../../../src/evidence/journal.ts';
import { type JournalCheck, noCheck, readJournal } from '../../../src/evidence/read-journal.ts';
import { runEvents } from '../../../src/model/run-events.ts';
import { journalDoubts } from '../../../src/run/results/journal-doubts.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-digest-'));
  file = join(folder, 'journal.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let monotonicMs = 0;
const clock = { now: () => 0, monotonicMs: () => monotonicMs, sleep: async () => {} };
const open = () => openJournal(file, { source: 's', clock });

/** A warning every half minute. */
function write(journal: Journal, times: number): void {
  for (let i = 0; i < times; i++) {
    monotonicMs += 30_000;
    journal.append('shakedown.warning', { message: `n° ${i}` });
  }
}

async function checked(): Promise<JournalCheck & { events: number }> {
  const check = noCheck();
  let events = 0;
  for await (const _ of readJournal(file, runEvents, () => {}, check)) events++;
  return { ...check, events };
}

const parts = (count: number) => ({ parts: Array.from({ length: count }, () => ({ fromMs: 0, toMs: 1 })) });

test('a digest once a minute and at the end covers all lines before it', async () => {
  const journal = open();
  write(journal, 6);
  journal.append('shakedown.run.ended', { endedAt: '' });
  journal.close();
  const found = await checked();
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.filter((line) => line.includes('journal.digest'))).toHaveLength(4);
  expect(found).toEqual({ damaged: [], torn: [], changedBefore: null, coveredTo: lines.length, events: lines.length });
});

test.each<[string, (text: string) => string]>([
  ['a character changed', (text) => text.replace('n° 1', 'n° 7')],
  ['a line gone', (text) => text.split('\n').toSpliced(1, 1).join('\n')],
  ['a line twice', (text) => text.replace(/^(.*n° 1.*)$/m, '$1\n$1')],
  ['a line cut', (text) => text.replace(/^(.*n° 1.*)...$/m, '$1')],
])('%s later shows, and where', async (_, change) => {
  const journal = open();
  write(journal, 3);
  journal.append('shakedown.run.ended', { endedAt: '' });
  journal.close();
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  const found = await checked();
  expect(found.changedBefore).toBeGreaterThan(1);
  expect(journalDoubts(found, parts(1))[0]?.clause).toBe('the journal was changed after it was written');
});

test('an end that is cut off is no change, and neither is what a killed process left where the run went on', async () => {
  const journal = open();
  write(journal, 5);
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, whole.slice(0, -20));
  expect(await checked()).toMatchObject({ damaged: [], changedBefore: null });
  const again = open();
  write(again, 5);
  again.append('shakedown.run.ended', { endedAt: '' });
  const found = await checked();
  expect(found).toMatchObject({ changedBefore: null, damaged: [expect.any(Number)] });
  expect(found.torn).toEqual(found.damaged);
  expect(journalDoubts(found, parts(2))).toEqual([]);
  // Where nothing went on, nobody was killed there.
  expect(journalDoubts(found, parts(1))).toEqual([
    expect.objectContaining({
      clause: 'the journal is damaged',
      missing: expect.stringContaining(`line ${found.damaged[0]}`),
    }),
  ]);
  appendFileSync(file, 'nonsense\n');
  expect(journalDoubts(await checked(), parts(2))).toHaveLength(1);
});
