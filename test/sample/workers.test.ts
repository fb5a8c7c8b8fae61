import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createWorkers } from '../../src/sample/shop/workers.ts';
import { startSample } from '../../src/sample/start.ts';

const noDatabase = { rows: () => Promise.reject(new Error('not asked')) };

it('no limit is planted unless one is asked for', () => {
  expect(createWorkers({ slowMs: 5 }, 1, noDatabase)).toBeNull();
});

it('no more requests are at work than there are workers, first come first served, and a failure frees its worker', async () => {
  const workers = createWorkers({ workers: 2, workMs: 1 }, 1, noDatabase);
  const begun: number[] = [];
  let atWork = 0;
  let most = 0;
  const answered = await Promise.allSettled(
    Array.from({ length: 9 }, (_, i) =>
      workers?.(async () => {
        begun.push(i);
        most = Math.max(most, ++atWork);
        await sleep(2);
        atWork--;
        if (i % 3 === 0) throw new Error('broken');
        return i;
      }),
    ),
  );
  expect(most).toBe(2);
  expect(begun.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(begun.slice(0, 2).every((i) => i < 2)).toBe(true);
  expect(answered.filter(({ status }) => status === 'rejected')).toHaveLength(3);
});

it('the sample system answers no faster than its workers, nor than the part that all instances share; health checks do not wait', async () => {
  const system = await startSample({ instances: 2, defects: { workers: 4, workMs: 20, sharedMs: 15 } });
  try {
    const from = performance.now();
    const asked = Array.from({ length: 60 }, () => fetch(`${system.baseUrl}/login`).then(({ status }) => status));
    const healthy = await fetch(`${system.instances[0]?.url}/healthz`);
    expect(healthy.status).toBe(200);
    expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
    // Eight workers would need 60 · 20 ÷ 8 = 150 ms; the shared part alone takes 60 · 15 ms on average, its sum 0.9 s ± 0.12 s.
    expect(performance.now() - from).toBeGreaterThan(450);
  } finally {
    await system.stop();
  }
});
