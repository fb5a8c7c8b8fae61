import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withTeardown } from '../../../src/evidence/teardown.ts';
import { ShakedownError } from '../../../src/model/error.ts';
import { abortWatch } from '../../../src/run/simulate/abort-after.ts';
import { resolved } from '../results/own.ts';
import { makeRun } from '../results/run-folder.ts';

const failing = { ...{ windows: 60, windowMs: 1000, rate: 300, samples: 50 }, killed: true } as const;
const errors = { metric: 'error_rate', comparison: '<', target: 1 };

/** Watches a run whose every tenth request fails, as it is under way, and says whether the watch ends it. */
async function ends(
  objectives: Record<string, object>,
  atMs: number,
): Promise<{ events: object[]; reason: unknown; warnings: string[] }> {
  const config = resolved(objectives);
  const failures = () => ({ kind: 'http', status: 500, count: 30, message: 'no' }) as const;
  const folder = await makeRun({ ...failing, failures, config });
  const events: object[] = [];
  const warnings: string[] = [];
  let reason: unknown;
  try {
    await withTeardown(async (teardown) => {
      const journal = { append: (type: string, data: object) => void events.push({ type, ...data }) } as never;
      const watch = abortWatch({
        config,
        folder,
        journal,
        teardown,
        now: () => atMs,
        warn: (text) => void warnings.push(text),
      });
      const end = Promise.race([
        new Promise((settle) => watch.signal.addEventListener('abort', settle, { once: true })),
        new Promise((settle) => setTimeout(settle, 50_000)),
      ]);
      watch.begin();
      await end;
      watch.end();
      reason = watch.signal.reason;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { events, reason, warnings };
}

test('a run under way is ended by an objective that asks for it, after its delay only, and by no other', async () => {
  const late = { ...errors, abortAfterS: 90 };
  const { events, reason, warnings } = await ends(
    { late, never: errors, stop: { ...errors, abortAfterS: 30 } },
    60_000,
  );
  expect(warnings).toEqual([]);
  expect(events).toEqual([
    {
      ...{ type: 'shakedown.run.aborted', atMs: 60_000, objective: 'stop' },
      reason: expect.stringMatching(/^Error rate is 1\d % against 1 %/),
    },
  ]);
  expect(reason).toBeInstanceOf(ShakedownError);
}, 60_000);
