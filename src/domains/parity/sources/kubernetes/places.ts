import type { Aspect } from '../../descriptor/aspects.ts';
import type { Unit } from '../../descriptor/format.ts';

/** Where a value of an object belongs. */
export interface Place {
  readonly aspect: Aspect;
  readonly path: readonly string[];
  readonly unit?: Unit;
  /** Why it is of one environment only. */
  readonly own?: string;
}

const given = 'the cluster gave it';

/** Kinds whose whole content is of one aspect; others are configuration. By their lower-case kind. */
const aspectsOfKinds: Readonly<Record<string, Aspect>> = {
  horizontalpodautoscaler: 'autoscaling',
  scaledobject: 'autoscaling',
  verticalpodautoscaler: 'autoscaling',
  poddisruptionbudget: 'limit',
  resourcequota: 'limit',
  limitrange: 'limit',
  priorityclass: 'limit',
  ingress: 'load-balancer',
  ingressclass: 'load-balancer',
  gateway: 'load-balancer',
  gatewayclass: 'load-balancer',
  httproute: 'load-balancer',
  networkpolicy: 'network',
  persistentvolumeclaim: 'storage',
  persistentvolume: 'storage',
  storageclass: 'storage',
  certificate: 'tls',
  issuer: 'tls',
  clusterissuer: 'tls',
  scheduledbackup: 'backup',
  backup: 'backup',
  volumesnapshot: 'backup',
  volumesnapshotclass: 'backup',
  backupstoragelocation: 'backup',
  schedule: 'backup',
  postgresql: 'database',
  perconapgcluster: 'database',
  innodbcluster: 'database',
  redis: 'database',
};

export const workloadKinds = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'Job',
  'Pod',
  'ReplicaSet',
  'ReplicationController',
]);

/** What a kind as a whole shows of an environment. */
export function aspectsOfKind(kind: string, group: string): readonly Aspect[] {
  if (workloadKinds.has(kind)) return ['instances', 'cpu', 'memory', 'version', 'environment', 'time-zone'];
  if (kind === 'Service') return ['load-balancer', 'network'];
  if (kind === 'Node') return [];
  if (kind === 'Secret' || kind === 'ConfigMap') return ['configuration'];
  return [aspectOfKind(kind, group)];
}

function aspectOfKind(kind: string, group: string): Aspect {
  if (kind === 'Cluster' && group.startsWith('postgresql.')) return 'database';
  const known = aspectsOfKinds[kind.toLowerCase()];
  return known ?? 'configuration';
}

export interface Owner {
  readonly kind: string;
  /** Group of its API: `apps`. */
  readonly group: string;
  /** As in keys. */
  readonly name: string;
  /** `LoadBalancer` of a service. */
  readonly type?: string;
}

/** @param path of a value within its object, `spec` first */
export function placeOf(owner: Owner, path: readonly string[]): Place {
  if (workloadKinds.has(owner.kind)) return ofWorkload(owner, path);
  const { kind, name } = owner;
  const rest = path[0] === 'spec' ? path.slice(1) : path;
  const joined = rest.join('/');
  if (kind === 'Service') {
    const aspect = owner.type === 'LoadBalancer' ? 'load-balancer' : 'network';
    const isOwn = /^(clusterIPs?|healthCheckNodePort|loadBalancerIP)\b|(^|\/)nodePort$/.test(joined);
    return { aspect, path: ['service', name, ...rest], ...(isOwn ? { own: given } : {}) };
  }
  if (kind === 'PersistentVolumeClaim') {
    if (joined === 'storageClassName') return { aspect: 'storage', path: [name, 'class'] };
    if (joined === 'resources/requests/storage') return { aspect: 'storage', path: [name, 'size'], unit: 'bytes' };
    return { aspect: 'storage', path: [name, ...rest], ...(joined === 'volumeName' ? { own: given } : {}) };
  }
  if (kind === 'HorizontalPodAutoscaler') {
    if (joined === 'minReplicas') return { aspect: 'autoscaling', path: [name, 'min'], unit: 'count' };
    if (joined === 'maxReplicas') return { aspect: 'autoscaling', path: [name, 'max'], unit: 'count' };
  }
  const aspect = aspectOfKind(kind, owner.group);
  if (kind === 'PersistentVolume') return { aspect, path: ['volume', name, ...rest], own: given };
  if (aspect === 'database' && joined === 'instances') return { aspect, path: [name, 'instances'], unit: 'count' };
  const prefix = kind === 'NetworkPolicy' ? ['policy'] : kind === 'StorageClass' ? ['class'] : [kind.toLowerCase()];
  return { aspect, path: [...prefix, name, ...rest] };
}

function ofWorkload({ name }: Owner, whole: readonly string[]): Place {
  const path = withoutTemplate(whole);
  const [first, second = '', ...rest] = path;
  if (path.length === 1 && (first === 'replicas' || first === 'parallelism')) {
    return { aspect: 'instances', path: [name], unit: 'count' };
  }
  if (first === 'volumeClaimTemplates') {
    const joined = rest.join('/');
    if (joined === 'spec/storageClassName') return { aspect: 'storage', path: [name, second, 'class'] };
    if (joined === 'spec/resources/requests/storage')
      return { aspect: 'storage', path: [name, second, 'size'], unit: 'bytes' };
    return { aspect: 'storage', path: [name, second, ...rest] };
  }
  if (first === 'containers' || first === 'initContainers' || first === 'ephemeralContainers')
    return ofContainer(name, second, rest);
  return { aspect: 'configuration', path: [name, ...path] };
}

function ofContainer(workload: string, container: string, path: readonly string[]): Place {
  const [first, second, third = '', ...rest] = path;
  const at = [workload, container];
  if (first === 'resources' && (second === 'limits' || second === 'requests')) {
    const bound = second === 'limits' ? 'limit' : 'request';
    if (third === 'cpu') return { aspect: 'cpu', path: [...at, bound], unit: 'cores' };
    if (third === 'memory') return { aspect: 'memory', path: [...at, bound], unit: 'bytes' };
    if (third === 'ephemeral-storage') return { aspect: 'storage', path: [...at, bound, 'size'], unit: 'bytes' };
    return { aspect: 'limit', path: [...at, third, bound] };
  }
  if (first === 'env') {
    // The name goes by itself; `env/0/name` is where it stands.
    if (third === 'value' && rest.length === 0) return { aspect: 'environment', path: [...at, second ?? ''] };
    return { aspect: 'environment', path: [...at, second ?? '', third, ...rest] };
  }
  if (first === 'envFrom') return { aspect: 'environment', path: [...at, ...path] };
  return { aspect: 'configuration', path: [...at, ...path] };
}

/** Of what runs, whether it is a pod or makes pods. */
function withoutTemplate(path: readonly string[]): readonly string[] {
  const joined = path.join('/');
  for (const prefix of ['spec/jobTemplate/spec/template/spec/', 'spec/template/spec/', 'spec/']) {
    if (joined.startsWith(prefix)) return path.slice(prefix.split('/').length - 1);
  }
  return path;
}
