import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLedger } from '../../../../src/domains/chaos/ledger/ledger.ts';
import { sampleLedger } from '../../../../src/domains/chaos/ledger/sample.ts';
import type { LedgerResult } from '../../../../src/model/chaos.ts';
import { parseDefects } from '../../../../src/sample/defects.ts';
import { startSample } from '../../../../src/sample/start.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes until `writes` were answered, then reads back, with the database killed in between. */
async function follow(defects: string, writes: number, freeze = false): Promise<LedgerResult> {
  const sample = await startSample({ defects: parseDefects(defects), instances: 2 });
  try {
    const { host } = new URL(sample.baseUrl);
    const ledger = await startLedger({
      subject: { ...sampleLedger, ratePerSecond: 150, clients: 6, settleMs: 200 },
      target: { baseUrl: sample.baseUrl, allowHosts: [host], headers: {} },
      folder: await mkdtemp(join(folder, 'run-')),
      now: () => performance.now(),
      seed: 7,
      signal: new AbortController().signal,
    });
    if (freeze) {
      const victim = sample.instances[0]?.pid ?? -1;
      await wait(300);
      process.kill(victim, 'SIGKILL');
    }
    while (ledger.counts().acknowledged < writes) await wait(50);
    return await ledger.check({ restart: () => sample.restartDatabase() });
  } finally {
    await sample.stop();
  }
}

describe('the sample shop', () => {
  it('is not accused while an instance is killed and the database with it', async () => {
    const result = await follow('', 250, true);
    expect(result.findings).toEqual([]);
    expect(result).toMatchObject({ verdict: 'pass', linearizable: true });
    expect(result.readBack).toEqual({ afterRecovery: true, afterRestart: true });
    expect(result.acknowledged + result.refused + result.unknown).toBe(result.writes);
  });

  it('is caught with each defect, and the token is named', async () => {
    const result = await follow('lose=0.05,duplicate=0.05,corrupt=0.05,stale=0.3', 150);
    expect(result).toMatchObject({ verdict: 'fail', linearizable: false });
    for (const [kind, detail] of [
      ['lost', /acknowledged at .* not there after recovery/],
      ['duplicated', /there more than once/],
      ['corrupted', /read with hash/],
    ] as const) {
      const found = result.findings.filter((one) => one.kind === kind);
      expect(result[kind], kind).toBeGreaterThan(0);
      expect(found.length, kind).toBe(result[kind]);
      expect(found[0]?.token).toMatch(/^sd[0-9a-z]+-[0-9a-z]+$/);
      expect(found[0]?.detail).toMatch(detail);
      expect(result.reason).toContain(`${result[kind]} ${kind}`);
    }
    expect(result.findings.map(({ kind }) => kind)).toContain('order');
  });
});
