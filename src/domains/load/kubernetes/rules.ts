import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'not a name as Kubernetes has them');
const amounts = z.strictObject({ cpu: z.string().min(1).optional(), memory: z.string().min(1).optional() });

/** The configuration's section `kubernetes`: where load generators run with `--engine kubernetes` or `--engine k6-operator`. */
export const kubernetesSchema = z.strictObject({
  image: z.string().min(1).describe('Image built from load/Dockerfile, as the cluster pulls it.'),
  context: z.string().min(1).optional().describe('Context of kubectl; its current one when absent.'),
  namespace: name.optional().describe('The namespace for the generators; the context’s own when absent.'),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
  imagePullSecrets: z.array(name).optional(),
  requests: amounts.optional().describe('What a pod asks for; 1 CPU and 1Gi when absent.'),
  limits: amounts.optional().describe('What a pod may take; 2Gi of memory, and CPU without limit, when absent.'),
  nodeSelector: z.record(z.string(), z.string()).optional(),
  tolerations: z.array(z.record(z.string(), z.unknown())).optional(),
  serviceAccount: name.optional().describe('One that is there; when absent one without rights is made and removed.'),
  operatorImage: z
    .string()
    .min(1)
    .optional()
    .describe('Image with sh, curl and k6 for the operator’s own pods; its default when absent.'),
  checksFrom: z
    .enum(['harness', 'pods'])
    .optional()
    .describe(
      'Where the target’s health, scrapes and Prometheus are asked from: this machine, or, for what is seen only inside the cluster, a pod of the load. harness when absent.',
    ),
  readyTimeoutS: z
    .number()
    .min(1)
    .max(3600)
    .optional()
    .describe('How long pods may take to be ready; 120 when absent.'),
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

/** Fills in the defaults. A limit of CPU is none of them: a generator that is held back is late, and voids its windows. */
export function resolveKubernetes(given: z.output<typeof kubernetesSchema>): KubernetesSettings {
  return {
    image: given.image,
    context: given.context ?? null,
    namespace: given.namespace ?? null,
    imagePullPolicy: given.imagePullPolicy ?? 'IfNotPresent',
    imagePullSecrets: given.imagePullSecrets ?? [],
    requests: present({ cpu: '1', memory: '1Gi', ...given.requests }),
    limits: present({ memory: '2Gi', ...given.limits }),
    nodeSelector: given.nodeSelector ?? {},
    tolerations: given.tolerations ?? [],
    serviceAccount: given.serviceAccount ?? null,
    operatorImage: given.operatorImage ?? null,
    checksFrom: given.checksFrom ?? 'harness',
    readyTimeoutMs: (given.readyTimeoutS ?? 120) * 1000,
  };
}

function present(amounts: { cpu?: string | undefined; memory?: string | undefined }): {
  cpu?: string;
  memory?: string;
} {
  const { cpu, memory } = amounts;
  return { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
}
