import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runK6 } from '../../../../src/domains/load/k6/run.ts';
import { describeWithK6 } from '../../../setup/programs.ts';
import { loadInput, request, serve, session } from '../shop.ts';

describeWithK6('a load', (found) => {
  it.each(['shakedown', 'stock'] as const)(
    'ends in order where the plan can be read no further, and says why (%s build)',
    async (build) => {
      if (build === 'shakedown' && found.build !== 'shakedown') return;
      const shop = await serve((_, response) => response.end());
      const folder = mkdtempSync(join(tmpdir(), 'shakedown-test-'));
      onTestFinished(async () => {
        await shop.close();
        rmSync(folder, { recursive: true, force: true });
      });
      const url = `http://127.0.0.1:${shop.port}`;
      const sessions = Array.from({ length: 8 }, (_, i) => session(i, i * 100, [request(0)]));
      const input = loadInput(url, sessions, { folder, durationMs: 20_000 });
      const broken = new RangeError('the rest is gone');
      async function* readable() {
        yield* sessions;
        throw broken;
      }
      const outcome = await runK6({ ...found, build }, { ...input, sessions: readable() });
      expect([outcome.failure, outcome.endedEarly]).toEqual([broken, 'the rest is gone']);
      expect(outcome.coveredMs).toBeLessThan(15_000);
      expect(outcome.accounting.unsent + outcome.accounting.completed).toBe(outcome.accounting.planned);
    },
  );
});
