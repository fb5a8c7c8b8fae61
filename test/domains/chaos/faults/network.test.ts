import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComponentOf, Fault } from '../../../../src/domains/chaos/fault.ts';
import { networkBandwidth } from '../../../../src/domains/chaos/faults/network-bandwidth.ts';
import { networkCorrupt } from '../../../../src/domains/chaos/faults/network-corrupt.ts';
import { networkDelay } from '../../../../src/domains/chaos/faults/network-delay.ts';
import { networkDuplicate } from '../../../../src/domains/chaos/faults/network-duplicate.ts';
import { networkJitter } from '../../../../src/domains/chaos/faults/network-jitter.ts';
import { networkLoss } from '../../../../src/domains/chaos/faults/network-loss.ts';
import { networkPartition } from '../../../../src/domains/chaos/faults/network-partition.ts';
import { networkReorder } from '../../../../src/domains/chaos/faults/network-reorder.ts';
import { makeNamespaces, type TwoNamespaces, whyNoNamespaces } from './namespaces.ts';
import { look } from './still.ts';
import { listInMemory, take } from './undo-steps.ts';

// biome-ignore lint/suspicious/noExplicitAny: arguments of many faults
const cases: [Fault<any, 'namespace'>, Record<string, unknown>][] = [
  [networkBandwidth, { kilobytesPerSecond: 500 }],
  [networkBandwidth, { kilobytesPerSecond: 2000, means: 'htb' }],
  [networkPartition, {}],
  [networkPartition, { direction: 'in', scope: 'interface' }],
  [networkPartition, { direction: 'out' }],
  [networkLoss, { share: 0.3, means: 'iptables-statistic' }],
  [networkLoss, { share: 0.2 }],
  [networkDelay, { delayMs: 40 }],
  [networkJitter, { delayMs: 40, jitterMs: 20 }],
  [networkDuplicate, { share: 0.5 }],
  [networkReorder, { share: 0.3 }],
  [networkCorrupt, { share: 0.2 }],
];
const unmade: ComponentOf<'namespace'> = {
  kind: 'namespace',
  name: 'near',
  namespace: 'none',
  interface: 'sd0',
  peer: null,
};
const noNamespaces = whyNoNamespaces();

describe.skipIf(noNamespaces !== null)(
  `network faults between two namespaces${noNamespaces ? ` (${noNamespaces})` : ''}`,
  async () => {
    let two: TwoNamespaces;
    beforeAll(async () => {
      two = await makeNamespaces();
    });
    afterAll(() => two.remove());

    for (const [fault, given] of cases) {
      const args = fault.schema.parse(given);
      const why = await fault.unavailable(unmade, args);
      const note = why ? ` (${why})` : '';
      it.skipIf(why !== null)(
        `${fault.name} ${JSON.stringify(given)} is measured on new and existing connections, and leaves nothing${note}`,
        async () => {
          const undo = listInMemory();
          const was = two.state();
          const active = await fault.inject(args, two.component, {
            undo,
            signal: AbortSignal.timeout(30_000),
            noop: false,
          });
          const proof = await active.prove();
          const meanwhile = two.state();
          const there = await look(active);
          // Somebody else takes it away.
          for (const { steps } of undo.added) for (const step of steps) await take(step);
          const gone = await look(active);
          await active.revert();
          expect(proof.checks.filter((check) => !check.held)).toEqual([]);
          expect(meanwhile).not.toBe(was);
          expect([there.held, gone.held]).toEqual([true, false]);
          expect(gone.measured).toMatch(/^no .* on sd0$/);
          await active.revert();
          expect(undo.left()).toEqual([]);
          expect(two.state()).toBe(was);
          // What the guard would do, once more.
          for (const { steps } of undo.added) for (const step of steps) await take(step);
        },
      );
    }

    it('leaves another fault on the same interface in place when it cannot be put there', async () => {
      const undo = listInMemory();
      const context = { undo, signal: AbortSignal.timeout(30_000), noop: false };
      const was = two.state();
      const args = { kilobytesPerSecond: 800, means: 'tbf' as const };
      const first = await networkBandwidth.inject(args, two.component, context);
      const between = two.state();
      await expect(networkBandwidth.inject(args, two.component, context)).rejects.toMatchObject({
        code: 'FAULT_COMMAND',
      });
      expect(two.state()).toBe(between);
      expect(undo.left()).toHaveLength(1);
      await first.revert();
      expect(two.state()).toBe(was);
    });

    it('is taken off by the guard when the harness is killed', async () => {
      const was = two.state();
      const folder = mkdtempSync(join(tmpdir(), 'shakedown-guarded-'));
      const script = fileURLToPath(new URL('./guarded.ts', import.meta.url));
      const harness = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(two.component), folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(harness.stdout, 'data');
      expect(two.state()).not.toBe(was);
      harness.kill('SIGKILL');
      await expect.poll(() => two.state(), { timeout: 10_000 }).toBe(was);
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    }, 30_000);

    it('refuses an interface without a peer, as nothing could be measured', async () => {
      const undo = listInMemory();
      const context = { undo, signal: AbortSignal.timeout(30_000), noop: false };
      const alone = { ...two.component, peer: null };
      const args = networkPartition.schema.parse({});
      await expect(networkPartition.inject(args, alone, context)).rejects.toMatchObject({ code: 'FAULT_PEER' });
      expect(undo.added).toEqual([]);
    });
  },
);

it('says what a kernel without netem lacks, and takes nothing else by itself', async () => {
  const why = await networkDelay.unavailable(unmade, { delayMs: 5 });
  expect(why === null || /netem|root|installed|Linux/.test(why)).toBe(true);
  const lossWhy = await networkLoss.unavailable(unmade, networkLoss.schema.parse({ share: 0.1 }));
  expect(lossWhy === null || /iptables-statistic|root|installed|Linux/.test(lossWhy)).toBe(true);
});

it('tells beforehand what it will touch and by what means', () => {
  const args = networkLoss.schema.parse({ share: 0.1, means: 'iptables-statistic' });
  expect(networkLoss.touches(args, unmade)).toEqual([
    'interface sd0 in network namespace none: 10 % of packets out to its peer dropped, by iptables-statistic',
  ]);
});
