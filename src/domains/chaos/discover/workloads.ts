import { z } from 'zod';
import { runCommand } from '../machine/command.ts';
import { parsedJson } from '../parsed-json.ts';

/** Pods that one selector means. */
export interface FoundWorkload {
  context: string;
  namespace: string;
  selector: string;
  pods: number;
}

const podList = z.object({
  items: z.array(
    z.object({ metadata: z.object({ namespace: z.string(), labels: z.record(z.string(), z.string()).optional() }) }),
  ),
});

/** Labels by which pods of one application are mostly known, the most usual first. */
const appLabels = ['app.kubernetes.io/name', 'app', 'k8s-app'];
const timeoutMs = 20_000;

/** Pods of the cluster that a context of kubectl names, by application. */
export async function findWorkloads(context: string): Promise<{ found: FoundWorkload[]; missing: string[] }> {
  const argv = ['kubectl', '--context', context, 'get', 'pods', '--all-namespaces', '--output', 'json'];
  const { code, stdout, stderr } = await runCommand(argv, timeoutMs);
  const parsed = podList.safeParse(parsedJson(stdout));
  if (code !== 0 || !parsed.success) {
    return { found: [], missing: [`Kubernetes: ${stderr.split('\n').at(-1) || 'kubectl listed no pods'}`] };
  }
  const found = new Map<string, FoundWorkload>();
  for (const { metadata } of parsed.data.items) {
    const { namespace, labels = {} } = metadata;
    const label = appLabels.find((name) => labels[name] !== undefined);
    if (label === undefined) continue;
    const selector = `${label}=${labels[label]}`;
    const key = `${namespace} ${selector}`;
    found.set(key, { context, namespace, selector, pods: (found.get(key)?.pods ?? 0) + 1 });
  }
  return { found: [...found.values()], missing: [] };
}
