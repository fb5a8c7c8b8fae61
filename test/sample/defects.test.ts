import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SampleSystem } from '../../src/model/sample-system.ts';
import { parseDefects, type SampleDefects } from '../../src/sample/defects.ts';
import { demoEmail, demoPassword } from '../../src/sample/seed.ts';
import { createFaults } from '../../src/sample/shop/faults.ts';
import { startSample } from '../../src/sample/start.ts';
import { bearerOf, callApi } from './shopper.ts';

describe('parseDefects', () => {
  it('reads every defect', () => {
    expect(
      parseDefects(
        ' slow=250, errors=0.02,freeze=2000/10000,leak=16,lose=0.01,duplicate=0.2,corrupt=0.3,stale=0.4,workers=2/40,shared=6',
      ),
    ).toEqual({
      slowMs: 250,
      errorRate: 0.02,
      freezeForMs: 2000,
      freezeEveryMs: 10_000,
      leakKbPerRequest: 16,
      loseWriteRate: 0.01,
      duplicateRate: 0.2,
      corruptRate: 0.3,
      staleRate: 0.4,
      workers: 2,
      workMs: 40,
      sharedMs: 6,
    });
    expect(parseDefects('answers=renamed+total')).toEqual({ answers: ['renamed', 'total'] });
    expect(parseDefects('undocumented,unready, totals,insecure,uncached,brittle')).toEqual({
      ...{ undocumented: true, neverReady: true, wrongTotals: true },
      ...{ insecure: true, uncached: true, brittle: true },
    });
    expect(parseDefects('')).toEqual({});
    expect(parseDefects('none')).toEqual({});
  });

  it.each([
    'slow',
    'slow=',
    'slow=fast',
    'errors=2',
    'errors=-0.1',
    'freeze=500',
    'freeze=2000/1000',
    'lose=NaN',
    'leak=1e99',
    'workers=0/10',
    'workers=2',
    'shared=-1',
    'answers=',
    'answers=renamed+odd',
  ])('refuses %s, naming it', (text) => {
    expect(() => parseDefects(text)).toThrow(
      expect.objectContaining({ code: 'SAMPLE_DEFECT', message: expect.stringContaining(text) }),
    );
  });

  it.each(['sluggish=3', '__proto__=1', 'toString=1'])('refuses the unknown %s and names the known ones', (text) => {
    expect(() => parseDefects(`slow=1,${text}`)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(text),
        hint: expect.stringContaining('freeze=<for ms>/<every ms>'),
      }),
    );
  });
});

describe('the freeze', () => {
  it('holds every request until its end, periodically, and not in the first period', () => {
    let now = 1_000_000;
    const faults = createFaults({ freezeForMs: 200, freezeEveryMs: 1000, slowMs: 30 }, 1, now, () => now);
    const holdAt = (elapsed: number, catalogue = false) => {
      now = 1_000_000 + elapsed;
      return faults.holdMs(catalogue);
    };
    expect([0, 150, 999, 1000, 1150, 1199, 1200, 5050].map((elapsed) => holdAt(elapsed))).toEqual([
      0, 0, 0, 200, 50, 1, 0, 150,
    ]);
    expect(holdAt(1150, true)).toBe(80);
    expect(holdAt(300, true)).toBe(30);
  });
});

describe('a planted defect is seen from outside', () => {
  const withSystem = async (defects: SampleDefects, look: (system: SampleSystem) => Promise<void>) => {
    const system = await startSample({ defects, instances: 1 });
    try {
      await look(system);
    } finally {
      await system.stop();
    }
  };
  const timed = async (url: string) => {
    const startedAt = performance.now();
    await (await fetch(url)).text();
    return performance.now() - startedAt;
  };

  describe('in one system', () => {
    let system: SampleSystem;
    beforeAll(async () => {
      system = await startSample({
        defects: { slowMs: 400, leakKbPerRequest: 512, loseWriteRate: 0.5 },
        instances: 1,
      });
    });
    afterAll(() => system.stop());

    it('slow: catalogue reads take that much longer', async () => {
      expect(await timed(`${system.baseUrl}/products`)).toBeGreaterThanOrEqual(399);
      expect(await timed(`${system.baseUrl}/api/products/1`)).toBeGreaterThanOrEqual(399);
    });

    it('leak: memory stays taken', async () => {
      const memory = async () => {
        const text = await (await fetch(`${system.instances[0]?.url}/metrics`)).text();
        return Number(/process_resident_memory_bytes\{[^}]*\} (\d+)/.exec(text)?.[1]);
      };
      const before = await memory();
      for (let count = 0; count < 160; count++) await (await fetch(`${system.baseUrl}/login`)).text();
      expect((await memory()) - before).toBeGreaterThan(60e6);
    });

    it('lose: orders are acknowledged and cannot be read back', async () => {
      const owner = await bearerOf(system.baseUrl, demoEmail(1), demoPassword);
      const statuses: number[] = [];
      for (let count = 0; count < 40; count++) {
        const placed = await callApi(system.baseUrl, 'POST', '/api/orders', { items: [{ productId: 1 }] }, owner);
        expect(placed.status).toBe(201);
        statuses.push((await callApi(system.baseUrl, 'GET', `/api/orders/${placed.json.id}`, undefined, owner)).status);
      }
      const lost = statuses.filter((status) => status === 404).length;
      expect(lost).toBeGreaterThan(8);
      expect(lost).toBeLessThan(32);
      expect(statuses.filter((status) => status === 200)).toHaveLength(40 - lost);
    });
  });

  it('errors: that share of requests is answered with 500, health checks are not', () =>
    withSystem({ errorRate: 0.3 }, async ({ baseUrl }) => {
      const statuses: number[] = [];
      for (let count = 0; count < 200; count++) statuses.push((await fetch(`${baseUrl}/login`)).status);
      const failed = statuses.filter((status) => status === 500).length;
      expect(failed).toBeGreaterThan(35);
      expect(failed).toBeLessThan(85);
      for (let count = 0; count < 30; count++) expect((await fetch(`${baseUrl}/readyz`)).status).toBe(200);
    }));

  it('freeze: a request in it is answered when it is over', () =>
    withSystem({ freezeForMs: 700, freezeEveryMs: 1000 }, async ({ baseUrl }) => {
      const longest = Math.max(
        ...[await timed(`${baseUrl}/`), ...(await Promise.all([0, 1, 2].map((turn) => later(turn, baseUrl))))],
      );
      expect(longest).toBeGreaterThan(300);
    }));

  async function later(turn: number, baseUrl: string): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, 800 + turn * 150));
    return timed(`${baseUrl}/`);
  }
});
