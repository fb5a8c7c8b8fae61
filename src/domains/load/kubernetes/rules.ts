import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'not a name as Kubernetes has them');

/** The configuration's section `kubernetes`: where load generators run with `--engine kubernetes` or `--engine k6-operator`. */
export const kubernetesSchema = z.strictObject({
  image: z.string().min(1).describe('Image built from load/Dockerfile, as the cluster pulls it.'),
  context: z.string().min(1).optional().describe('Context of kubectl; its current one when absent.'),
  namespace: name.optional().describe('The namespace for the generators; the context’s own when absent.'),
  imagePullPolicy: z
    .enum(['Always', 'IfNotPresent', 'Never'])
    .default('IfNotPresent')
    .describe('When the cluster pulls the image.'),
  imagePullSecrets: z.array(name).default([]).describe('Secrets to pull the image with.'),
  requests: z
    .strictObject({
      cpu: z.string().min(1).default('1').describe('Cores, as Kubernetes writes them.'),
      memory: z.string().min(1).default('1Gi').describe('Memory, as Kubernetes writes it.'),
    })
    .prefault({})
    .describe('What a pod asks for.'),
  // No limit of CPU by default: a generator that is held back is late, and makes its windows invalid.
  limits: z
    .strictObject({
      cpu: z.string().min(1).optional().describe('Cores, as Kubernetes writes them; no limit when absent.'),
      memory: z.string().min(1).default('2Gi').describe('Memory, as Kubernetes writes it.'),
    })
    .prefault({})
    .describe('What a pod may take.'),
  nodeSelector: z.record(z.string(), z.string()).default({}).describe('Labels of the nodes for the generators.'),
  tolerations: z
    .array(z.record(z.string(), z.unknown()))
    .default([])
    .describe('Taints that the generators tolerate, as Kubernetes writes them.'),
  serviceAccount: name
    .optional()
    .describe('An existing service account; one without rights, created for the run and removed with it, when absent.'),
  operatorImage: z
    .string()
    .min(1)
    .optional()
    .describe('Image with sh, curl and k6 for the operator’s own pods; its default when absent.'),
  checksFrom: z
    .enum(['harness', 'pods'])
    .default('harness')
    .describe(
      'Where health checks, scrapes and Prometheus queries are sent from: this machine, or, for what can be reached only inside the cluster, a pod of the load.',
    ),
  readyTimeoutS: z.number().min(1).max(3600).default(120).describe('How long pods may take to become ready.'),
});

export interface KubernetesSettings {
  image: string;
  context: string | null;
  namespace: string | null;
  imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  imagePullSecrets: string[];
  requests: { cpu?: string; memory?: string };
  limits: { cpu?: string; memory?: string };
  nodeSelector: Record<string, string>;
  tolerations: Record<string, unknown>[];
  serviceAccount: string | null;
  operatorImage: string | null;
  checksFrom: 'harness' | 'pods';
  readyTimeoutMs: number;
}

export function resolveKubernetes(given: z.input<typeof kubernetesSchema>): KubernetesSettings {
  const { context, namespace, limits, serviceAccount, operatorImage, readyTimeoutS, ...rest } =
    kubernetesSchema.parse(given);
  return {
    ...rest,
    context: context ?? null,
    namespace: namespace ?? null,
    limits: { ...(limits.cpu === undefined ? {} : { cpu: limits.cpu }), memory: limits.memory },
    serviceAccount: serviceAccount ?? null,
    operatorImage: operatorImage ?? null,
    readyTimeoutMs: readyTimeoutS * 1000,
  };
}
