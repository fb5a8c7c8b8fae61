import { z } from 'zod';
import { ShakedownError } from '../../../model/error.ts';
import { kubectl, podsOf, whyNot } from '../cluster/kubectl.ts';
import type { Fault } from '../fault.ts';
import { mustRun } from '../machine/command.ts';
import { soon } from '../machine/pressure.ts';
import { proofOf } from '../proof.ts';

const schema = z.strictObject({
  /** Pods to kill; the oldest by name first. */
  count: z.int().min(1).max(1000).default(1),
  /** What a pod gets to end by itself, seconds; 0: none. */
  gracePeriodSeconds: z.int().min(0).max(3600).default(0),
});

const goneWithinMs = 30_000;

/** Proof: those very pods, by their ids, are gone or ending. What owns them makes others. */
export const podKill: Fault<z.infer<typeof schema>, 'workload'> = {
  name: 'pod-kill',
  title: 'Pods killed',
  layer: 'platform',
  on: ['workload'],
  schema,
  unavailable: (component) => whyNot(component, 'delete', 'pods'),
  touches({ count, gracePeriodSeconds }, { namespace, selector, context }) {
    const where = `namespace ${namespace}${context === null ? '' : ` of ${context}`}`;
    return [`${count} of the pods with ${selector} in ${where}: deleted, with ${gracePeriodSeconds} s to end`];
  },
  async inject({ count, gracePeriodSeconds }, component, { noop }) {
    const running = (await podsOf(component))?.filter(({ ready, leaving }) => ready && !leaving) ?? [];
    if (running.length < count) {
      throw new ShakedownError(
        'FAULT_PODS',
        `${component.name}: ${running.length} pods with ${component.selector} are ready, fewer than ${count}.`,
      );
    }
    const chosen = running.sort((one, other) => (one.name < other.name ? -1 : 1)).slice(0, count);
    const how = [
      `--grace-period=${gracePeriodSeconds}`,
      ...(gracePeriodSeconds === 0 ? ['--force'] : []),
      '--wait=false',
    ];
    const names = chosen.map(({ name }) => name);
    // The cluster checks it like the real one, and does nothing.
    await mustRun(
      kubectl(component, 'delete', 'pods', ...names, ...how, ...(noop ? ['--dry-run=server'] : [])),
      30_000,
    );
    return {
      momentary: true,
      async prove() {
        const check = await soon(
          async () => {
            const now = await podsOf(component);
            const there = chosen.filter(({ uid }) => now?.some((pod) => pod.uid === uid && !pod.leaving));
            return {
              what: `pods ${names.join(', ')}`,
              expected: 'gone or ending',
              measured: now === null ? 'the cluster does not say' : `${there.length} of ${count} go on`,
              held: now !== null && there.length === 0,
            };
          },
          noop ? 2000 : goneWithinMs,
        );
        return proofOf([check]);
      },
      async revert() {},
    };
  },
};
