import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { ShakedownError } from '../../../../model/error.ts';
import { type ChartFor, renderChart } from './chart.ts';
import { answersLabel, type Cluster, sideLabel, stagingLabel } from './cluster.ts';

/** Kinds that belong to a namespace and may be there once for each version, with their API groups. Others are not applied. */
const groups: Readonly<Record<string, string>> = {
  ...{ Service: '', ConfigMap: '', Secret: '', ServiceAccount: '', PersistentVolumeClaim: '' },
  ...{ Deployment: 'apps', StatefulSet: 'apps', HorizontalPodAutoscaler: 'autoscaling', PodDisruptionBudget: 'policy' },
  ...{
    NetworkPolicy: 'networking.k8s.io',
    Role: 'rbac.authorization.k8s.io',
    RoleBinding: 'rbac.authorization.k8s.io',
  },
};

const labels = z.record(z.string(), z.string());
const container = z.looseObject({ name: z.string(), env: z.array(z.looseObject({ name: z.string() })).default([]) });
const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional(), labels: labels.default({}) }),
});
const workload = object.extend({
  spec: z.looseObject({
    selector: z.looseObject({ matchLabels: labels }),
    template: z.looseObject({
      metadata: z.looseObject({ labels }),
      spec: z.looseObject({ containers: z.array(container).min(1) }),
    }),
  }),
});

export type Manifest = z.output<typeof object>;

export interface RenderedSide {
  /** All of it, each with the labels of its side. */
  manifests: Manifest[];
  /** Selects the pods that answer requests. */
  selector: string;
}

export interface RenderFor {
  cluster: Cluster;
  /** The side; ends the name of everything on it. */
  name: string;
  version: string;
  instances: number;
  /** Where files may be written; of this user only. */
  scratch: string;
}

/**
 * The configuration's manifests for one version on one side. kustomize, which is part of kubectl, gives them their names, labels, selectors and images.
 * @throws ShakedownError DEPLOYMENT_MANIFESTS
 */
export async function renderSide({ cluster, name, version, instances, scratch }: RenderFor): Promise<RenderedSide> {
  const { manifests: paths, images, values, workload: named, namespace } = cluster.settings;
  const filled = (text: string) => text.replaceAll('{version}', version);
  const chart = { namespace, scratch, values: mapped(values, filled) };
  const texts = await Promise.all(paths.map(async (path) => filled(await textAt(cluster, path, chart))));
  const given = texts.flatMap(objectsIn);
  for (const each of given) checkPlace(each, namespace);
  const answering = workloadOf(given, named);
  const folder = join(scratch, `kustomize-${name}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  await writeFile(join(folder, 'all.yaml'), given.map((each) => stringify(each)).join('---\n'), { mode: 0o600 });
  const overlay = {
    ...{ resources: ['all.yaml'], namespace, nameSuffix: `-${name}` },
    labels: [
      {
        pairs: { [stagingLabel]: cluster.id, [sideLabel]: name },
        includeSelectors: true,
        includeTemplates: true,
      },
    ],
    images: Object.entries(images).map(([image, by]) => ({ name: image, ...imageParts(filled(by)) })),
    replicas: [{ name: answering, count: instances }],
  };
  await writeFile(join(folder, 'kustomization.yaml'), stringify(overlay), { mode: 0o600 });
  const rendered = objectsIn(await cluster.must('DEPLOYMENT_MANIFESTS', 'render the manifests', ['kustomize', folder]));
  let selector = '';
  const manifests = rendered.map((each) => {
    if (each.kind === 'Service') return freeService(each);
    if (!isWorkload(each) || each.metadata.name !== `${answering}-${name}`) return each;
    const whole = workload.parse(each);
    selector = Object.entries(whole.spec.selector.matchLabels)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
    whole.metadata.labels[answersLabel] = 'yes';
    whole.spec.template.metadata.labels[answersLabel] = 'yes';
    for (const one of whole.spec.template.spec.containers) {
      one.env = [
        ...one.env.filter(({ name: variable }) => !['SHAKEDOWN_SIDE', 'SHAKEDOWN_VERSION'].includes(variable)),
        { name: 'SHAKEDOWN_SIDE', value: name },
        { name: 'SHAKEDOWN_VERSION', value: version },
      ];
    }
    return whole as Manifest;
  });
  return { manifests, selector };
}

/** Kinds of what was last rendered for a side; all that there could be where nobody knows. */
export async function kindsOf(scratch: string, name: string): Promise<string[]> {
  try {
    const text = await readFile(join(scratch, `kustomize-${name}`, 'all.yaml'), 'utf8');
    return [...new Set(objectsIn(text).map(({ kind }) => kind))];
  } catch {
    return Object.keys(groups);
  }
}

function mapped(values: Readonly<Record<string, string | number | boolean>>, change: (text: string) => string) {
  const changed = ([key, value]: [string, string | number | boolean]) => [
    key,
    typeof value === 'string' ? change(value) : value,
  ];
  return Object.fromEntries(Object.entries(values).map(changed)) as typeof values;
}

async function textAt(cluster: Cluster, path: string, chart: Omit<ChartFor, 'path'>): Promise<string> {
  try {
    if (!(await stat(path)).isDirectory()) return await readFile(path, 'utf8');
  } catch (cause) {
    throw refused(`${path} cannot be read: ${(cause as Error).message}`, cause);
  }
  if (existsSync(join(path, 'Chart.yaml'))) return renderChart({ path, ...chart });
  return cluster.must('DEPLOYMENT_MANIFESTS', `render ${path}`, ['kustomize', path]);
}

function objectsIn(text: string): Manifest[] {
  const documents = parseAllDocuments(text);
  return [...documents].flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw refused(`they are not YAML: ${error.message.split('\n')[0]}`);
    const value: unknown = document.toJS();
    if (value === null) return [];
    const parsed = object.safeParse(value);
    if (!parsed.success) throw refused('one has no apiVersion, kind or metadata.name');
    return [parsed.data];
  });
}

/** Nothing outside of the named namespace is ever applied. */
function checkPlace({ apiVersion, kind, metadata }: Manifest, namespace: string): void {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  if (groups[kind] === undefined || groups[kind] !== group) {
    throw refused(
      `${apiVersion} ${kind} ${metadata.name} is none of the kinds that can be there once for each version (${Object.keys(groups).join(', ')})`,
    );
  }
  if (metadata.namespace === undefined || metadata.namespace === namespace) return;
  throw refused(`${kind} ${metadata.name} is for the namespace ${metadata.namespace}, not ${namespace}`);
}

function isWorkload({ kind }: Manifest): boolean {
  return kind === 'Deployment' || kind === 'StatefulSet';
}

/** Name of the one that answers requests. */
function workloadOf(manifests: readonly Manifest[], named: string | null): string {
  const names = manifests.filter(isWorkload).map(({ metadata }) => metadata.name);
  const [only] = names;
  if (named !== null && names.includes(named)) return named;
  if (named !== null) throw refused(`there is no Deployment or StatefulSet ${named}`);
  if (only !== undefined && names.length === 1) return only;
  throw refused(
    `deployment.kubernetes.workload does not say which of ${names.join(', ') || 'no Deployment'} answers requests`,
  );
}

/** Addresses and ports that a Service asks for can be had once only. */
function freeService(service: Manifest): Manifest {
  const spec = { ...((service.spec ?? {}) as Record<string, unknown>) };
  if (spec.clusterIP !== 'None') {
    delete spec.clusterIP;
    delete spec.clusterIPs;
  }
  const ports = Array.isArray(spec.ports) ? (spec.ports as Record<string, unknown>[]) : [];
  spec.ports = ports.map(({ nodePort: _, ...port }) => port);
  return { ...service, spec };
}

/** `repository:tag`, `repository@digest` or both, as kustomize wants them. */
function imageParts(image: string): Record<string, string> {
  const [, newName = image, newTag, digest] = /^(.+?)(?::([^:/@]+))?(?:@(.+))?$/.exec(image) ?? [];
  return {
    newName,
    ...(digest !== undefined ? { digest } : newTag === undefined ? {} : { newTag }),
  };
}

function refused(why: string, cause?: unknown): ShakedownError {
  return new ShakedownError('DEPLOYMENT_MANIFESTS', `The manifests cannot be deployed: ${why}.`, {
    hint: 'Correct deployment.kubernetes. What all versions share, such as a database, is yours to apply.',
    cause,
  });
}
