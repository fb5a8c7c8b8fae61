import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { newestRehearsal } from '../../../src/domains/promotion/plan/newest-rehearsal.ts';
import type { JournalData } from '../../../src/model/event.ts';
import { contextOf, madeRun } from '../readiness/made-runs.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'shakedown-rehearsed-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(base, { recursive: true, force: true });
});

const events: JournalData[] = [
  {
    type: 'shakedown.rehearsal.started',
    data: {
      ...{ candidate: 'v2.1.0', previous: 'v2.0.0', driver: 'local', switchDriver: 'own' },
      ...{ chosen: ['blue-green'], history: [] },
    },
  },
  { type: 'shakedown.rehearsal.begun', data: { rehearsal: 'blue-green', atMs: 0 } },
  { type: 'shakedown.rehearsal.ended', data: { rehearsal: 'blue-green', atMs: 9, error: null } },
];
const rehearsal = (environment: string) => madeRun(base, { command: 'shakedown rehearse', environment, events });
const newest = () => newestRehearsal(contextOf(base).context);

it('is one in the same environment', async () => {
  const elsewhere = await rehearsal('development');
  expect(await newest()).toMatchObject({ run: null, others: [basename(elsewhere)] });
  const here = await rehearsal('staging');
  await rehearsal('development');
  expect((await newest()).run).toMatchObject({ runId: basename(here), moves: [{ id: 'blue-green' }] });
});

it('says why what passed in it counts no more', async () => {
  const folder = await rehearsal('staging');
  const doubt = async () => (await newest()).run?.doubt;
  expect(await doubt()).toBeUndefined();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 169 * 3_600_000 });
  expect(await doubt()).toMatch(/^it is .* old, and at most .* count$/);
  vi.useRealTimers();
  mkdirSync(join(folder, 'evidence'), { recursive: true });
  writeFileSync(join(folder, 'evidence', 'more.json'), '{}');
  expect(await doubt()).toBe('its evidence was changed after it');
});
