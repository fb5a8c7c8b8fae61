import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkUsers, virtualUsers } from '../../../src/domains/load/public.ts';
import { profileSchema, rateShape } from '../../../src/domains/traffic/profile.ts';
import { makePlan, readManifest } from '../../../src/domains/traffic/public.ts';
import { writeMadeUpTraffic } from '../../../src/run/calibrate/made-up-traffic.ts';
import { profileOf, usualRamp } from '../../../src/run/calibrate/ramp.ts';

it('the plan of a calibration rises by the same factor each second, within what any k6 can hold', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-ramp-test-'));
  try {
    await writeMadeUpTraffic(folder);
    const profile = profileSchema.parse(profileOf(usualRamp));
    const plan = await makePlan({
      folder,
      manifest: await readManifest(folder),
      target: { baseUrl: 'http://127.0.0.1:1', hosts: {}, headers: {}, dropHeaders: [] },
      ...{ rules: [], data: [], bodies: [], signal: new AbortController().signal },
      options: {
        ...{ mode: profile.mode, scale: 1, speed: 1, seed: 1, writes: 'safe', waits: 'recorded' },
        ...{ ratePerSecond: profile.ratePerSecond ?? 0, shape: rateShape(profile.shape) },
        durationMs: usualRamp.durationMs,
      },
    });
    const perSecond = new Array<number>(30).fill(0);
    for await (const { startMs, requests } of plan.sessions())
      for (const { dueMs } of requests) {
        const second = Math.floor((startMs + dueMs) / 1000);
        perSecond[second] = (perSecond[second] ?? 0) + 1;
      }
    const due = perSecond.map((_, second) => 250 * 64 ** ((second + 0.5) / 30));
    // Sessions that are under way at the end still send a little after it.
    for (const [second, count] of perSecond.slice(0, 30).entries()) {
      // Sessions begin before their requests are due, and come at random.
      expect(count / (due[second] ?? 0), `second ${second}`).toBeGreaterThan(0.6);
      expect(count / (due[second] ?? 0), `second ${second}`).toBeLessThan(1.4);
    }
    expect(plan.summary.leftOut).toEqual([]);
    expect(plan.summary.waits?.forAnswers).toBeGreaterThan(0);
    const stock = { name: 'k6', version: '2.2.0', build: 'stock', certifiable: true, note: null } as const;
    expect(() => checkUsers(plan.summary, virtualUsers(plan.summary), stock, 1)).not.toThrow();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
