import { findKubectl, Kubectl } from '../../../../environment/kubectl.ts';
import { exitCodes, ShakedownError } from '../../../../model/error.ts';
import type { Aspect } from '../../descriptor/aspects.ts';
import { parseJson } from '../../descriptor/bounded-file.ts';
import type { Gatherer } from '../../descriptor/gatherer.ts';
import type { SecretKey } from '../../descriptor/secrets.ts';
import { gatherObjects, type KubernetesObject, objectsOf } from './objects.ts';

/** What is asked for, and what stays unseen where it may not be read. */
const asked: readonly (readonly [resource: string, shows: readonly Aspect[]])[] = [
  ['deployments.apps', ['instances', 'cpu', 'memory', 'version', 'environment', 'time-zone']],
  ['statefulsets.apps', ['instances', 'cpu', 'memory', 'version', 'environment', 'time-zone']],
  ['daemonsets.apps', ['cpu', 'memory', 'version']],
  ['cronjobs.batch', ['version', 'environment']],
  ['services', ['load-balancer', 'network']],
  ['ingresses.networking.k8s.io', ['load-balancer']],
  ['networkpolicies.networking.k8s.io', ['network']],
  ['horizontalpodautoscalers.autoscaling', ['autoscaling']],
  ['poddisruptionbudgets.policy', ['limit']],
  ['resourcequotas', ['limit']],
  ['limitranges', ['limit']],
  ['persistentvolumeclaims', ['storage']],
  ['configmaps', ['configuration']],
];
/** Of the whole cluster, which many may not read: what they show is then not all that there is. */
const ofCluster: readonly (readonly [resource: string, shows: readonly Aspect[]])[] = [
  ['nodes', ['instances', 'cpu', 'memory', 'version']],
  ['storageclasses.storage.k8s.io', ['storage']],
];
/** Of clusters that have them. */
const extras: readonly (readonly [resource: string, shows: readonly Aspect[]])[] = [
  ['gateways.gateway.networking.k8s.io', ['load-balancer']],
  ['httproutes.gateway.networking.k8s.io', ['load-balancer']],
  ['certificates.cert-manager.io', ['tls']],
  ['scaledobjects.keda.sh', ['autoscaling']],
  ['clusters.postgresql.cnpg.io', ['database']],
  ['scheduledbackups.postgresql.cnpg.io', ['backup']],
  ['schedules.velero.io', ['backup']],
];
const usual = [...new Set(asked.flatMap(([, shows]) => shows))];
const noSuchKind = /doesn't have a resource type|could not find the requested resource|no matches for kind/i;
const maxCharacters = 64 * 1024 * 1024;

interface Unseen {
  readonly shows: readonly Aspect[];
  readonly reason: string;
  /** Of what shows these aspects, only some. */
  readonly isPart: boolean;
}

export interface LiveCluster {
  /** null: kubectl's current one. */
  readonly context: string | null;
  /** null: the context's own. */
  readonly namespace: string | null;
}

/**
 * What a cluster says of one namespace, by kubectl, which only gets. What may not be read is a gap.
 * @throws ShakedownError PARITY_KUBECTL where there is none, or no cluster answers it
 */
export async function gatherCluster(
  { context, namespace }: LiveCluster,
  about: { capturedAt: string; key: SecretKey | null },
  signal: AbortSignal,
): Promise<Gatherer> {
  const path = findKubectl();
  if (path === null) {
    throw new ShakedownError('PARITY_KUBECTL', 'There is no kubectl on PATH.', {
      hint: 'Install it, set SHAKEDOWN_KUBECTL, or give files of `kubectl get -o json`.',
      exitCode: exitCodes.missingProgram,
    });
  }
  const kubectl = new Kubectl(path, context, namespace);
  const objects: KubernetesObject[] = [];
  const unseen: Unseen[] = [];
  const seen = new Set<Aspect>();
  for (const [resource, shows] of [...asked, ...ofCluster, ...extras]) {
    signal.throwIfAborted();
    const { code, stdout, stderr } = await kubectl.run(['get', resource, '-o', 'json']);
    if (code === 0 && stdout.length <= maxCharacters) {
      objects.push(...objectsOf(parseJson(stdout, `kubectl get ${resource}`), `kubectl get ${resource}`));
      for (const aspect of shows) seen.add(aspect);
    } else if (code === 0 || /forbidden/i.test(stderr)) {
      const reason = code === 0 ? `${resource}: too much to read` : `${resource} may not be read`;
      unseen.push({ shows, reason, isPart: ofCluster.some(([one]) => one === resource) });
    } else if (!noSuchKind.test(stderr)) throw unreachable(resource, stderr);
  }
  objects.push(...(await secretsOf(kubectl, about.key, unseen)));
  const where = `${context === null ? 'the current context' : `the context ${context}`}${namespace === null ? '' : `, namespace ${namespace}`}`;
  const covers = [...new Set([...usual, ...seen])];
  const gatherer = gatherObjects(objects, { ...about, from: `kubectl, ${where}`, covers });
  for (const { shows, reason, isPart } of unseen) {
    // What else shows an aspect was seen.
    for (const aspect of shows)
      if (isPart) gatherer.gap(aspect, reason);
      else gatherer.cannotSee(aspect, reason);
  }
  return gatherer;
}

/** Values of secrets are asked for only where there is a key to hash them with; else their names are. */
async function secretsOf(kubectl: Kubectl, key: SecretKey | null, unseen: Unseen[]): Promise<KubernetesObject[]> {
  const names = `{{range .items}}{{$s := .}}{{range $k, $v := .data}}{{$s.metadata.name}}{{"\\t"}}{{$s.type}}{{"\\t"}}{{$k}}{{"\\n"}}{{end}}{{end}}`;
  const { code, stdout } = await kubectl.run(['get', 'secrets', '-o', key === null ? `go-template=${names}` : 'json']);
  if (code !== 0) {
    unseen.push({ shows: ['configuration'], reason: 'secrets may not be read', isPart: true });
    return [];
  }
  if (key !== null) return objectsOf(parseJson(stdout, 'kubectl get secrets'), 'kubectl get secrets');
  const found = new Map<string, { type: string; data: Record<string, string> }>();
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [name = '', type = '', field = ''] = line.split('\t');
    const known = found.get(name) ?? { type, data: Object.create(null) };
    known.data[field] = Buffer.from('not asked for').toString('base64');
    found.set(name, known);
  }
  return [...found].map(([name, { type, data }]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    type,
    data,
  }));
}

function unreachable(resource: string, stderr: string): ShakedownError {
  const said = (stderr.trim().split('\n').at(-1) ?? '').replace(/^error: |^Error from server /, '').slice(0, 300);
  return new ShakedownError('PARITY_KUBECTL', `kubectl cannot get ${resource}: ${said || 'without a message'}.`, {
    hint: 'Try `kubectl get pods` with the same context; parity.staging.kubernetes.context names another.',
    exitCode: exitCodes.inconclusive,
  });
}
