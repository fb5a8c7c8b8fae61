import {
  containerSecurity,
  type GeneratorSet,
  labels,
  type Manifest,
  podPlace,
  podSecurity,
  scratch,
  scratchMount,
  serviceAccount,
} from './manifests.ts';

/** The operator's name for the container of k6. */
export const operatorContainer = 'k6';

/**
 * Everything that `--engine k6-operator` makes: a TestRun whose runners wait, in an image of ours, for the harness to bring them sessions.
 * The script that the operator wants is ours as well, but only named here: the harness brings the one that fits it.
 */
export function testRunManifests(set: GeneratorSet): Manifest[] {
  return [...(set.settings.serviceAccount === null ? [serviceAccount(set)] : []), configMap(set), testRun(set)];
}

function configMap(set: GeneratorSet): Manifest {
  // An operator that looks at the script refuses more runners than virtual users.
  const options = `export const options = { vus: ${set.pods}, iterations: ${set.pods} };`;
  const script = `// The harness brings the script, with the sessions.\n${options}\nexport default function () {}\n`;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: set.name, labels: labels(set) },
    data: { 'replay.js': script },
  };
}

function testRun(set: GeneratorSet): Manifest {
  const { settings } = set;
  const { operatorImage: image, imagePullPolicy } = settings;
  const own = image === null ? {} : { image, imagePullPolicy };
  const { automountServiceAccountToken: _, ...place } = podPlace(set);
  return {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata: { name: set.name, labels: labels(set) },
    spec: {
      parallelism: set.pods,
      script: { configMap: { name: set.name, file: 'replay.js' } },
      quiet: 'true',
      // It would run the script to count requests, which are not in it.
      initializer: { disabled: true, ...own },
      ...(settings.operatorImage === null ? {} : { starter: own }),
      runner: {
        image: settings.image,
        imagePullPolicy: settings.imagePullPolicy,
        metadata: { labels: labels(set) },
        // A text, as the operator has it.
        automountServiceAccountToken: 'false',
        ...place,
        resources: { requests: settings.requests, limits: settings.limits },
        securityContext: podSecurity,
        containerSecurityContext: containerSecurity,
        volumes: [scratch],
        volumeMounts: [scratchMount],
        // The launcher answers until the harness has come, then k6; in between nobody does for a moment.
        livenessProbe: {
          httpGet: { path: '/v1/status', port: 6565 },
          initialDelaySeconds: Math.ceil(settings.readyTimeoutMs / 1000),
          periodSeconds: 10,
          failureThreshold: 6,
        },
      },
    },
  };
}

/** Which generator a runner is: the operator counts their Jobs from 1, at the end of the name. */
export function runnerIndex(labels: Record<string, string>): number {
  const job = labels['batch.kubernetes.io/job-name'] ?? labels['job-name'] ?? '';
  return Number(/-(\d+)$/.exec(job)?.[1] ?? Number.NaN) - 1;
}
