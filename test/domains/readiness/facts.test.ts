import { appendFileSync, cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { attempts, judgeAttempts } from '../../../src/domains/readiness/attempts.ts';
import { factsOf } from '../../../src/domains/readiness/facts.ts';
import type { JournalData } from '../../../src/model/event.ts';
import { artifact, contextOf, type MadeRun, madeRun } from './made-runs.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'shakedown-facts-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(base, { recursive: true, force: true });
});

/** What a validation of the data found, as its journal has it: a part that could not go on has failed nothing, and shows nothing. */
function data(error: string | null, chosen = ['staging']): JournalData[] {
  return [
    { type: 'shakedown.data.started', data: { chosen } },
    { type: 'shakedown.data.begun', data: { part: 'staging', atMs: 1 } },
    { type: 'shakedown.data.ended', data: { part: 'staging', atMs: 2, error } },
  ];
}
const validated = (made: MadeRun = {}) =>
  madeRun(base, { command: 'shakedown validate final', events: data('no database'), ...made });

async function sourceOf(about: Parameters<typeof contextOf>[1] = {}) {
  const { sources } = await factsOf(contextOf(base, about).context);
  return sources.find(({ id }) => id === 'data-validation');
}

describe('what counts of the runs of a candidate', () => {
  it('is the newest that judged a gate', async () => {
    await validated();
    const newest = await validated();
    expect(newest).toContain((await sourceOf())?.runId ?? 'none');
  });

  it.each<[string, MadeRun]>([
    ['another build', { artifacts: [artifact('b')] }],
    ['another build, by an artifact more', { artifacts: [artifact('a'), { ...artifact('c'), name: 'worker' }] }],
    ['another environment', { environment: 'staging-us' }],
    ['nobody knows what', { artifacts: [] }],
  ])('is nothing of %s', async (_, made) => {
    await validated(made);
    expect((await sourceOf())?.runId).toBe(null);
  });

  it('is nothing that was changed since, and nothing that is too old', async () => {
    const folder = await validated();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 169 * 3_600_000 });
    expect((await sourceOf())?.doubt).toBe('it is too old');
    vi.useRealTimers();
    appendFileSync(join(folder, 'journal.ndjson'), '\n');
    expect((await sourceOf())?.doubt).toBe('its evidence was changed after it');
  });

  it('is nothing that was deleted: the run, or its seal', async () => {
    const folder = await validated();
    rmSync(join(folder, 'manifest.json'));
    expect((await sourceOf())?.doubt).toBe('its evidence was not sealed');
    rmSync(folder, { recursive: true });
    expect((await sourceOf())?.runId).toBe(null);
  });
});

describe('attempts that were taken away', () => {
  it('are missed, by what a later run has counted', async () => {
    const command = 'shakedown validate final';
    const first = await validated({ command, attempt: 1 });
    const second = await validated({ command, attempt: 2 });
    const known = async () => {
      const { context, recorded } = contextOf(base);
      await attempts.run(context);
      return judgeAttempts(recorded as never).checks.find(({ id }) => id === 'known');
    };
    expect((await known())?.verdict).toBe('pass');
    // Nobody looks at a folder that is called otherwise.
    renameSync(first, join(base, 'old'));
    expect((await known())?.verdict).toBe('inconclusive');
    rmSync(join(base, 'old'), { recursive: true });
    expect(await known()).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/attempt 2 of .*1 run of it is there/),
    });
    // A copy of the one that is left, under the name of the one that was taken away.
    cpSync(second, first, { recursive: true });
    expect((await known())?.verdict).toBe('inconclusive');
  });
});
