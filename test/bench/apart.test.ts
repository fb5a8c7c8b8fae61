import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runApart } from './apart.ts';
import { keptText } from './kept.ts';
import type { BenchContext, Measure, Row } from './measure.ts';

const scratch = mkdtempSync(join(tmpdir(), 'shakedown-apart-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const account = { load: 'before', trace: 1, planned: 1, completed: 1, failed: 0, unsent: 0 };
const context = (): BenchContext => ({ quick: true, k6: null, scratch, accounts: [account], say: () => {} });
const measure = (name: string, limitMinutes: number): Measure => ({ name, limitMinutes, run: () => Promise.reject() });
const never = new AbortController().signal;

it('a measure that breaks says why, and takes nothing with it', async () => {
  const own = context();
  const answer = await runApart(measure('nothing', 2), own, never);
  expect(answer).toMatchObject({ kind: 'failed', reason: 'There is no measure nothing.' });
  expect(own.accounts).toEqual([account]);
}, 120_000);

it('a measure that takes too long is ended, and so is one when all are', async () => {
  const late = await runApart(measure('percentiles', 1e-5), context(), never);
  expect(late).toMatchObject({ kind: 'failed', reason: 'not done in 0.00001 min' });
  const stop = new AbortController();
  const running = runApart(measure('percentiles', 2), context(), stop.signal);
  setTimeout(() => stop.abort(), 50);
  expect(await running).toMatchObject({ kind: 'failed', reason: 'interrupted' });
}, 120_000);

it('figures of another day or machine than the latest say so', () => {
  const row = (name: string): Row => ({ measure: name, goal: '–', reached: '1', met: null, how: 'how' });
  const text = keptText({
    merge: { at: '2026-01-02T03:00:00.000Z', machine: 'one', minutes: 1.25, rows: [row('merge')] },
    day: { at: '2026-01-01T03:00:00.000Z', machine: 'other', minutes: 2, rows: [row('day')] },
  });
  expect(text).toContain('Measured 2026-01-02, one. Minutes that it took: merge 1.3, day 2.0.');
  expect(text).toContain('| merge | – | 1 | – | how |');
  expect(text).toContain('| day | – | 1 | – | how; measured 2026-01-01; on other |');
});
