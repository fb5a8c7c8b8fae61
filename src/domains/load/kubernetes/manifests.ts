import type { KubernetesSettings } from './rules.ts';

export type Manifest = Record<string, unknown> & {
  kind: string;
  metadata: { name: string; labels: Record<string, string> };
};

export interface GeneratorSet {
  /** Of everything that belongs to it; unique in the namespace. */
  name: string;
  runId: string;
  pods: number;
  /** How long the load may take, with some to spare: then the cluster ends it whatever became of us. */
  deadlineS: number;
  settings: KubernetesSettings;
}

/** The pod's programs, as load/Dockerfile places them. */
export const launcher = '/shakedown/pod';
export const container = 'generator';
/** Without a generator for so long a pod ends itself: the harness is gone. */
const idle = '10m';

export function labels({ name, runId }: Pick<GeneratorSet, 'name' | 'runId'>): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'shakedown',
    'app.kubernetes.io/component': 'load-generator',
    'app.kubernetes.io/managed-by': 'shakedown',
    'app.kubernetes.io/instance': name,
    'shakedown/run': runId,
  };
}

/** A service account of its own: no role is bound to it, and no token of it reaches a pod. */
export function serviceAccount(set: GeneratorSet): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: set.name, labels: labels(set) },
    automountServiceAccountToken: false,
  };
}

/**
 * An Indexed Job of pods that wait for generators to be started in them. A pod that is lost is replaced under its index; nothing of it
 * outlives its time, nor the harness for long.
 */
export function job(set: GeneratorSet): Manifest {
  const { settings, pods } = set;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: set.name, labels: labels(set) },
    spec: {
      completionMode: 'Indexed',
      completions: pods,
      parallelism: pods,
      // Lost pods count against it; how many the load may lose is for the harness to say.
      backoffLimit: 20 + 5 * pods,
      podReplacementPolicy: 'TerminatingOrFailed',
      activeDeadlineSeconds: set.deadlineS,
      ttlSecondsAfterFinished: 60,
      template: {
        metadata: { labels: labels(set) },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 5,
          enableServiceLinks: false,
          ...podPlace(set),
          securityContext: podSecurity,
          containers: [
            {
              name: container,
              image: settings.image,
              imagePullPolicy: settings.imagePullPolicy,
              command: [launcher, 'wait', idle],
              resources: { requests: settings.requests, limits: settings.limits },
              securityContext: containerSecurity,
              volumeMounts: [scratchMount],
            },
          ],
          volumes: [scratch],
        },
      },
    },
  };
}

/** Where a pod may run and as whom, in words that a Job's template and a TestRun's runner share. */
export function podPlace(set: GeneratorSet): Record<string, unknown> {
  const { settings } = set;
  return {
    serviceAccountName: settings.serviceAccount ?? set.name,
    automountServiceAccountToken: false,
    ...(settings.imagePullSecrets.length === 0
      ? {}
      : { imagePullSecrets: settings.imagePullSecrets.map((name) => ({ name })) }),
    ...(Object.keys(settings.nodeSelector).length === 0 ? {} : { nodeSelector: settings.nodeSelector }),
    ...(settings.tolerations.length === 0 ? {} : { tolerations: settings.tolerations }),
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { 'app.kubernetes.io/instance': set.name } },
      },
    ],
  };
}

const nobody = 65532;

export const podSecurity = {
  runAsNonRoot: true,
  runAsUser: nobody,
  runAsGroup: nobody,
  fsGroup: nobody,
  seccompProfile: { type: 'RuntimeDefault' },
};

export const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** In memory: client keys may be in it. */
export const scratch = { name: 'scratch', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } };
export const scratchMount = { name: 'scratch', mountPath: '/tmp' };

/** As `kubectl` takes them all at once. */
export function list(manifests: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });
}
