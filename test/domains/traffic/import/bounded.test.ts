import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Evidence } from '../../../../src/domains/traffic/import/evidence.ts';
import { EntryScanner } from '../../../../src/domains/traffic/import/formats/json-entries.ts';
import { readLines } from '../../../../src/domains/traffic/import/lines.ts';
import { SessionTable } from '../../../../src/domains/traffic/import/sessions.ts';
import { fixture } from './recording.ts';

test('entries of a HAR are found wherever the pieces are cut', async () => {
  const text = await readFile(fixture('shop.har'));
  const log = JSON.parse(text.toString()) as { log: { entries: unknown[] } };
  for (const size of [1, 2, 3, 7, 64, 1_000_000]) {
    const scanner = new EntryScanner(['log', 'entries']);
    const found: unknown[] = [];
    for (let at = 0; at < text.length; at += size) {
      for (const { bytes } of scanner.feed(text.subarray(at, at + size)))
        found.push(JSON.parse(bytes?.toString() ?? ''));
    }
    expect(found).toEqual(log.log.entries);
    expect(scanner.unfinished).toBe(false);
  }
});

test('backslashes before a quote are counted, also over the border of two pieces', () => {
  for (let slashes = 0; slashes < 6; slashes++) {
    const entry = JSON.stringify({ a: `${'\\'.repeat(slashes)}"]}{[`, b: '\\'.repeat(slashes) });
    const text = Buffer.from(`{"log":{"entries":[${entry},${entry}]}}`);
    for (let size = 1; size < 6; size++) {
      const scanner = new EntryScanner(['log', 'entries']);
      let found = 0;
      for (let at = 0; at < text.length; at += size) {
        for (const { bytes } of scanner.feed(text.subarray(at, at + size))) {
          expect(bytes?.toString()).toBe(entry);
          found++;
        }
      }
      expect(found).toBe(2);
    }
  }
});

test('an entry past 64 MB is skipped without being held, and the next one found', () => {
  const scanner = new EntryScanner(['log', 'entries']);
  scanner.feed(Buffer.from('{"log":{"entries":[{"text":"'));
  const piece = Buffer.alloc(1 << 20, 'x');
  for (let megabytes = 0; megabytes < 66; megabytes++) expect(scanner.feed(piece)).toEqual([]);
  const [huge, next] = scanner.feed(Buffer.from('"},{"a":1}]}}'));
  expect(huge).toMatchObject({ bytes: undefined, number: 1 });
  expect(next?.bytes?.toString()).toBe('{"a":1}');
});

test('a line without end is skipped without being held', async () => {
  async function* chunks() {
    yield Buffer.from('first\nbegin');
    for (let megabytes = 0; megabytes < 200; megabytes++) yield Buffer.alloc(1 << 20, 'x');
    yield Buffer.from('\nlast');
  }
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const seen: unknown[] = [];
  for await (const { firstLine, lines, overlong } of readLines(chunks())) {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    seen.push([firstLine, lines, overlong?.slice(0, 6)]);
  }
  expect(seen).toEqual([
    [1, ['first'], undefined],
    [2, [], 'beginx'],
    [3, ['last'], undefined],
  ]);
  expect(most).toBeLessThan(150 << 20);
});

test('too many sessions at once: the quietest are closed early, and counted', () => {
  const table = new SessionTable({ by: 'auto', inactivityGapMs: 1e9, maxSessionRequests: 2000, cookieNames: [] });
  const by = (client: number): Evidence => ({
    cookies: [],
    setCookies: [],
    token: '',
    givenTokens: [],
    user: '',
    address: String(client),
    agent: '',
  });
  for (let client = 0; client < 100_000; client++) table.place(client, by(client), 1);
  expect(table.closedEarly).toBe(0);
  expect(table.place(100_000, by(0), 1).session).toBe(0);
  table.place(100_001, by(100_000), 1);
  expect(table.closedEarly).toBe(1);
  // The first was heard of lately; the second was the quietest.
  expect(table.place(100_002, by(0), 1).session).toBe(0);
  expect(table.place(100_003, by(1), 1).session).toBe(100_001);
});

test('sessions are split where they would be too large to be held', () => {
  const table = new SessionTable({ by: 'auto', inactivityGapMs: 1e9, maxSessionRequests: 2000, cookieNames: [] });
  const evidence: Evidence = {
    cookies: [],
    setCookies: [],
    token: '',
    givenTokens: [],
    user: 'a',
    address: '',
    agent: '',
  };
  const places = [0, 1, 2].map((ms) => table.place(ms, evidence, 15 << 20).session);
  expect(places).toEqual([0, 0, 1]);
  expect(table.split).toBe(1);
});
