import type { ComponentOf } from '../fault.ts';
import { missingProgram, runCommand } from '../machine/command.ts';

type Workload = ComponentOf<'workload'>;

export interface Pod {
  name: string;
  uid: string;
  address: string | null;
  ready: boolean;
  /** Being ended. */
  leaving: boolean;
  /** The first that its containers name. */
  port: number | null;
}

/** A command about the workload's namespace, in its context. */
export function kubectl({ context, namespace }: Workload, ...args: string[]): string[] {
  return [
    process.env.SHAKEDOWN_KUBECTL ?? 'kubectl',
    ...(context === null ? [] : ['--context', context]),
    '--namespace',
    namespace,
    ...args,
  ];
}

/** Why this user's kubectl may not do that there; null: it may. */
export async function whyNot(workload: Workload, verb: string, resource: string): Promise<string | null> {
  const missing = process.env.SHAKEDOWN_KUBECTL === undefined ? missingProgram({ kubectl: 'kubernetes-client' }) : null;
  if (missing !== null) return missing;
  const end = await runCommand(kubectl(workload, '--request-timeout=5s', 'auth', 'can-i', verb, resource), 15_000);
  if (end.stdout.trim() === 'yes') return null;
  if (end.stdout.trim() === 'no') {
    return `this user may not ${verb} ${resource} in namespace ${workload.namespace}: grant it by a role, or use another context`;
  }
  const why = end.stderr.split('\n').at(-1) || `kubectl ended with ${end.code}`;
  return `the cluster does not answer (${why}): see that kubectl reaches it, and that the context is right`;
}

/** Null: the cluster did not say. */
export async function podsOf(workload: Workload): Promise<Pod[] | null> {
  const end = await runCommand(
    kubectl(workload, 'get', 'pods', '--selector', workload.selector, '--output', 'json'),
    15_000,
  );
  if (end.code !== 0) return null;
  const { items } = JSON.parse(end.stdout) as { items: PodItem[] };
  return items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    uid: metadata.uid,
    address: status.podIP ?? null,
    ready: status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
    leaving: metadata.deletionTimestamp !== undefined,
    port: spec.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort ?? null,
  }));
}

interface PodItem {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  spec: { containers: { ports?: { containerPort: number }[] }[] };
  status: { podIP?: string; conditions?: { type: string; status: string }[] };
}
