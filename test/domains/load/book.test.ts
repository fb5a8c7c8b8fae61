import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LoadBook } from '../../../src/domains/load/book.ts';
import { loadInput, request, session } from './shop.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'book-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A book of ten sessions of two requests, a second apart, of which an engine took three, `sinceMs` after its clock read zero. */
async function bookAfter(sinceMs: number): Promise<LoadBook> {
  const sessions = Array.from({ length: 10 }, (_, i) => session(i, i * 1000, [request(0), request(100, { after: 0 })]));
  const book = new LoadBook(loadInput('http://127.0.0.1:1', sessions, { folder, durationMs: 10_000 }));
  book.begin(new Date(Date.now() - sinceMs), sinceMs);
  const handed = book.handOut();
  for (let i = 0; i < 3; i++) await handed.next();
  await handed.return(undefined);
  return book;
}

test('a plan that ran to its end is accounted for, what the engine never asked for included', async () => {
  const book = await bookAfter(10_000);
  await book.enterRest(null);
  const { accounting, coveredMs } = book.finish(null);
  expect(accounting).toEqual({ planned: 20, completed: 0, failed: 0, unsent: 20 });
  expect(coveredMs).toBe(10_000);
});

test('of a plan that ended early, only what was due until then is', async () => {
  const book = await bookAfter(6_500);
  await book.enterRest('k6 was killed');
  const { accounting } = book.finish('k6 was killed');
  expect(accounting).toEqual({ planned: 12, completed: 0, failed: 0, unsent: 12 });
});
