import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadListener } from '../../../../src/domains/load/engine.ts';
import { runK6 } from '../../../../src/domains/load/k6/run.ts';
import type { WindowResult } from '../../../../src/model/results.ts';
import { describeWithK6 } from '../../../setup/programs.ts';
import { loadInput, request, serve, session } from '../shop.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Said<K extends 'generatorStarted' | 'generatorEnded' | 'generatorLost'> = Parameters<
  NonNullable<LoadListener[K]>
>[0];

type End = (shard: number, which: 'first' | 'last') => void;

/** What k6 had sent in its last 200 ms it could not report any more, at 10 requests a second each; one may be on its way. */
const unreported = 4;

describeWithK6('a k6 that is killed', (found) => {
  describe.each(['shakedown', 'stock'] as const)('of a %s build', (build) => {
    if (build === 'shakedown' && found.build !== 'shakedown') {
      it.skip(`needs a k6 built from load/k6, found a stock one (${found.origin})`, () => {});
      return;
    }

    /** 20 sessions a second, of one request each, shared by two; `kill` is called often, with the time of the run. */
    async function run(
      durationMs: number,
      kill: (atMs: number, end: End) => void,
      { path = found.path, ...fields }: { handOverMs?: number; signal?: AbortSignal; path?: string } = {},
    ) {
      const shop = await serve((_, response) => response.end());
      const sessions = Array.from({ length: durationMs / 50 }, (_, i) =>
        session(i, i * 50, [request(0, { path: `/${i}` })]),
      );
      const windows: WindowResult[] = [];
      const started: Said<'generatorStarted'>[] = [];
      const ended: Said<'generatorEnded'>[] = [];
      const lost: Said<'generatorLost'>[] = [];
      const warnings: string[] = [];
      const end: End = (shard, which) => {
        const those = started.filter((one) => one.shard === shard);
        const pid = those.at(which === 'first' ? 0 : -1)?.pid;
        if (pid != null) process.kill(pid, 'SIGKILL');
      };
      const input = loadInput(`http://127.0.0.1:${shop.port}`, sessions, {
        folder: mkdtempSync(join(folder, 'windows-')),
        durationMs,
        parallelism: 2,
        ...fields,
        on: {
          window: (window) => windows.push(window),
          generatorStarted: (event) => started.push(event),
          generatorEnded: (event) => ended.push(event),
          generatorLost: (event) => lost.push(event),
          warning: (text) => warnings.push(text),
          tick: ({ elapsedMs }) => kill(elapsedMs, end),
        },
      });
      try {
        const outcome = await runK6({ ...found, build, path }, input);
        const { planned, completed, failed, unsent } = outcome.accounting;
        const isCancelled = fields.signal?.aborted === true;
        expect([outcome.endedEarly, failed, completed + unsent]).toEqual([
          isCancelled ? 'interrupted' : null,
          0,
          planned,
        ]);
        if (!isCancelled) expect(planned).toBe(sessions.length);
        // None is sent by two of them.
        expect(new Set(shop.seen.map(({ url }) => url)).size).toBe(shop.seen.length);
        expect(shop.seen.length).toBeGreaterThanOrEqual(completed);
        // All that is lost is reported as lost, with its time, and its window does not count.
        const reported = [...new Map(lost.map((one) => [one.atMs, one.lost])).values()].reduce(
          (sum, of) => sum + of,
          0,
        );
        // Of the window in which a run was cut off, nothing is missing.
        if (isCancelled) expect(reported).toBeGreaterThanOrEqual(unsent);
        else expect(reported).toBe(unsent);
        for (const { startMs, lost: requests = 0, unsent: of, invalid } of windows) {
          expect(requests).toBe(of);
          if (requests === 0) continue;
          expect(invalid).toContain('generator that died');
          expect(lost.some(({ fromMs, toMs }) => fromMs < startMs + 1000 && toMs >= startMs)).toBe(true);
        }
        return { unsent, windows, started, ended, lost, warnings, outcome };
      } finally {
        await shop.close();
      }
    }
    /** Kills one of a shard, the first or the last that was started, at this time of the run. */
    const at = (atMs: number, shard: number, which: 'first' | 'last' = 'last') => {
      let done = false;
      return (ms: number, end: End) => {
        if (ms < atMs || done) return;
        done = true;
        end(shard, which);
      };
    };
    const validAfter = (windows: readonly WindowResult[], ms: number) =>
      windows.filter(({ startMs }) => startMs >= ms).map(({ invalid, completed }) => invalid ?? completed);

    it('has its sessions taken over by the other one, until another is ready', async () => {
      const { unsent, windows, started, ended, lost, outcome } = await run(12_000, at(3400, 1));
      expect(unsent).toBeLessThanOrEqual(unreported);
      expect(started.map(({ reason }) => reason)).toEqual(['start', 'start', 'replacement']);
      expect(ended).toMatchObject([{ shard: 1, reason: expect.stringContaining('SIGKILL') }]);
      expect(lost).toMatchObject([{ shard: 1, atMs: ended[0]?.atMs }]);
      expect(validAfter(windows, 5000)).toEqual([20, 20, 20, 20, 20, 20, 20]);
      expect(outcome.fidelity.score).toBeGreaterThan(90);
    }, 40_000);

    it('loses no more when it dies in the last seconds', async () => {
      const { unsent } = await run(5000, at(3900, 0));
      expect(unsent).toBeLessThanOrEqual(unreported);
    }, 40_000);

    it('and the one that took over after it, are replaced both', async () => {
      const kills = [at(3000, 0), at(3200, 1)];
      const { started, lost, windows } = await run(14_000, (ms, end) => {
        for (const kill of kills) kill(ms, end);
      });
      expect(started.map(({ reason }) => reason)).toEqual(['start', 'start', 'replacement', 'replacement']);
      expect(lost.map(({ shard }) => shard).sort()).toEqual([0, 1]);
      expect(validAfter(windows, 12_000)).toEqual([20, 20]);
    }, 40_000);

    it('is accounted for in a run that is cancelled right after it', async () => {
      const ending = new AbortController();
      let cancelledAt = 0;
      const kill = at(3000, 1);
      const { outcome } = await run(
        60_000,
        (ms, end) => {
          kill(ms, end);
          if (ms < 3600 || cancelledAt > 0) return;
          cancelledAt = performance.now();
          ending.abort();
        },
        { signal: ending.signal },
      );
      expect(performance.now() - cancelledAt).toBeLessThan(6000);
      expect(outcome.coveredMs).toBeLessThan(5000);
    }, 40_000);

    /** A k6 of which the third that is started first does this. */
    const thirdDoes = (what: string) => {
      const path = join(mkdtempSync(join(folder, 'k6-')), 'k6');
      // A folder can be made once only, whoever comes at the same time.
      const count = `for i in 1 2 3 4 5 6 7 8; do mkdir ${path}.$i 2>/dev/null && break; done`;
      const script = `#!/bin/sh\n${count}\n[ $i = 3 ] && ${what}\nexec ${found.path} "$@"\n`;
      writeFileSync(path, script, { mode: 0o755 });
      return path;
    };

    it('leaves its sessions to the other one while none can be started in its place', async () => {
      const path = thirdDoes('exit 7');
      const { unsent, windows, started, warnings } = await run(14_000, at(3400, 1), { path });
      expect(unsent).toBeLessThanOrEqual(unreported);
      expect(warnings.filter((text) => text.includes('could not be started yet'))).toEqual([
        expect.stringMatching(/^Load generator 1 .*exit code 7/),
      ]);
      expect(started.map(({ reason }) => reason)).toEqual(['start', 'start', 'replacement']);
      expect(validAfter(windows, 5000)).toEqual([20, 20, 20, 20, 20, 20, 20, 20, 20]);
    }, 40_000);

    it('or late at a hand-over, leaves its sessions to the other one until it is there', async () => {
      const { unsent, windows, started } = await run(13_000, () => {}, {
        handOverMs: 6000,
        path: thirdDoes('sleep 8'),
      });
      expect(unsent).toBe(0);
      expect(started.map(({ reason }) => reason)).toEqual(['start', 'start', 'hand-over', 'hand-over']);
      expect(started.at(-1)?.atMs).toBeGreaterThan(7000);
      expect(validAfter(windows, 0)).toEqual(Array.from({ length: 13 }, () => 20));
    }, 40_000);

    it.each(['first', 'last'] as const)(
      'is taken over for right before a hand-over (the %s process)',
      async (which) => {
        const { unsent, windows } = await run(13_000, at(5600, 0, which), { handOverMs: 6000 });
        expect(unsent).toBeLessThanOrEqual(unreported);
        expect(validAfter(windows, 10_000)).toEqual([20, 20, 20]);
      },
      40_000,
    );
  });
});
