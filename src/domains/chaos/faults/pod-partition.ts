import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProofCheck } from '../../../model/chaos.ts';
import { ShakedownError } from '../../../model/error.ts';
import { kubectl, podsOf, whyNot } from '../cluster/kubectl.ts';
import type { ComponentOf, Fault } from '../fault.ts';
import { noteFolder } from '../guard/left.ts';
import { leftRegistry } from '../guard/places.ts';
import { mustRun, runCommand } from '../machine/command.ts';
import { soon } from '../machine/pressure.ts';
import { proofOf } from '../proof.ts';
import { doUndoably, type UndoStep } from '../undo.ts';

const schema = z.strictObject({ direction: z.enum(['both', 'in', 'out']).default('both') });

const inForceWithinMs = 5000;

/**
 * Pods cut off by a NetworkPolicy that lets nothing through. Clusters whose network plugin does not know policies take it and do nothing: the
 * proof is a request to a pod through the API server, answered before and not answered now; some networks always let their own node in.
 */
export const podPartition: Fault<z.infer<typeof schema>, 'workload'> = {
  name: 'pod-partition',
  title: 'Pods cut off',
  layer: 'platform',
  on: ['workload'],
  schema,
  async unavailable(component) {
    if (labelsOf(component.selector) === null)
      return `a policy takes labels of the form a=b,c=d, not ${component.selector}`;
    return (await whyNot(component, 'create', 'networkpolicies')) ?? whyNot(component, 'delete', 'networkpolicies');
  },
  touches({ direction }, { namespace, selector }) {
    const what = { both: 'nothing in or out', in: 'nothing in', out: 'nothing out' }[direction];
    return [`pods with ${selector} in namespace ${namespace}: ${what}, by a NetworkPolicy of our own`];
  },
  async inject({ direction }, component, { undo, noop, signal }) {
    const name = `shakedown-${randomBytes(6).toString('hex')}`;
    const before = await answersOf(component);
    const remove = kubectl(component, 'delete', 'networkpolicy', name, '--ignore-not-found');
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'shakedown' } },
      spec: {
        podSelector: { matchLabels: labelsOf(component.selector) },
        policyTypes: { both: ['Ingress', 'Egress'], in: ['Ingress'], out: ['Egress'] }[direction],
      },
    };
    const step: UndoStep = { kind: 'command', argv: remove, okExits: [0] };
    const entry = await doUndoably({ undo, signal }, `remove policy ${name}`, [step], async () => {
      const folder = await mkdtemp(join(tmpdir(), 'shakedown-policy-'));
      const settle = noteFolder(leftRegistry(), folder);
      try {
        await writeFile(join(folder, 'policy.json'), JSON.stringify(policy));
        const file = ['--filename', join(folder, 'policy.json')];
        await mustRun(kubectl(component, 'create', ...file, ...(noop ? ['--dry-run=server'] : [])), 30_000);
      } finally {
        await rm(folder, { recursive: true });
        settle();
      }
    });
    return {
      momentary: false,
      async prove() {
        const there = await runCommand(kubectl(component, 'get', 'networkpolicy', name, '--output', 'name'));
        const known: ProofCheck = {
          what: 'policy',
          expected: name,
          measured: there.stdout.trim() || 'none',
          held: there.code === 0,
        };
        const cut = await soon(
          async () => {
            const now = await answersOf(component);
            const words = { yes: 'answered', no: 'not answered', unknown: 'not known' };
            return {
              what: 'a request to one of the pods through the API server',
              expected: 'answered before, not answered now',
              measured: `${words[before]} before, ${words[now]} now`,
              held: before === 'yes' && now === 'no',
            };
          },
          known.held ? inForceWithinMs : 0,
        );
        return proofOf([known, cut]);
      },
      async still() {
        const there = await runCommand(kubectl(component, 'get', 'networkpolicy', name, '--output', 'name'));
        if (there.code !== 0 && !/NotFound|not found/i.test(there.stderr)) throw new Error(there.stderr);
        return { what: 'policy', expected: name, measured: there.stdout.trim() || 'none', held: there.code === 0 };
      },
      async revert() {
        await entry.run();
      },
    };
  },
};

/** Null: not of the form that a policy takes. */
function labelsOf(selector: string): Record<string, string> | null {
  const pairs = selector.split(',').map((part) => /^\s*([\w./-]+)\s*==?\s*([\w.-]*)\s*$/.exec(part));
  if (pairs.some((pair) => pair === null)) return null;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}

/** Any answer of the pod's is one, a refusal too; `unknown` where there is no pod with a port to ask. */
async function answersOf(component: ComponentOf<'workload'>): Promise<'yes' | 'no' | 'unknown'> {
  const pods = await podsOf(component);
  if (pods === null) throw new ShakedownError('FAULT_CLUSTER', `The cluster of ${component.name} does not answer.`);
  const pod =
    pods.find(({ ready, leaving, port }) => ready && !leaving && port !== null) ??
    pods.find(({ port }) => port !== null);
  if (pod === undefined) return 'unknown';
  const path = `/api/v1/namespaces/${component.namespace}/pods/${pod.name}:${pod.port}/proxy/`;
  const end = await runCommand(kubectl(component, '--request-timeout=3s', 'get', '--raw', path), 10_000);
  if (end.code === 0) return 'yes';
  // The API server's own words for a pod that it could not reach.
  return /timeout|timed out|refused|unreachable|ServiceUnavailable|error trying to reach/i.test(end.stderr)
    ? 'no'
    : 'yes';
}
