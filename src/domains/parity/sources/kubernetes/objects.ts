import { z } from 'zod';
import { ShakedownError } from '../../../../model/error.ts';
import { type Aspect, aspectIds } from '../../descriptor/aspects.ts';
import type { SourceKind } from '../../descriptor/format.ts';
import { Gatherer } from '../../descriptor/gatherer.ts';
import { leaves } from '../../descriptor/leaves.ts';
import type { SecretKey } from '../../descriptor/secrets.ts';
import { imageParts } from '../image.ts';
import { addText } from '../text-file.ts';
import { addNodes } from './nodes.ts';
import { aspectsOfKind, type Owner, placeOf, workloadKinds } from './places.ts';

const kind: SourceKind = 'kubernetes';
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const scaled = 'its autoscaler sets it';

const object = z.looseObject({
  apiVersion: z.string().default(''),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string().default(''),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    annotations: z.record(z.string(), z.string()).nullish(),
    ownerReferences: z.array(z.looseObject({ controller: z.boolean().optional() })).nullish(),
  }),
});
export type KubernetesObject = z.output<typeof object>;

/** The objects of `kubectl get -o json`: one, or a list. @throws ShakedownError PARITY_FILE */
export function objectsOf(document: unknown, what: string): KubernetesObject[] {
  const list = z
    .looseObject({ kind: z.string(), apiVersion: z.unknown().optional(), items: z.array(z.unknown()) })
    .safeParse(document);
  const found = list.success && /List$/.test(list.data.kind) ? list.data.items.map(ofList(list.data)) : [document];
  return found.map((one) => {
    const parsed = object.safeParse(one);
    if (parsed.success) return parsed.data;
    throw new ShakedownError('PARITY_FILE', `${what} is not what kubectl gets: an object has no kind or no metadata.`, {
      hint: 'Make it with `kubectl get deployments,services,configmaps -o json`.',
    });
  });
}

/** Objects of a list of one kind, as the API gives it, are of that kind without saying so. */
function ofList({ kind: ofAll, apiVersion }: { kind: string; apiVersion?: unknown }): (item: unknown) => unknown {
  const own = ofAll.replace(/List$/, '');
  return (item) =>
    own === '' || typeof item !== 'object' || item === null ? item : { kind: own, apiVersion, ...item };
}

/**
 * What objects of a cluster say of its environment.
 * @param covers what was looked at as a whole; absent: what the kinds among the objects show
 */
export function gatherObjects(
  objects: readonly KubernetesObject[],
  about: { from: string; capturedAt: string; key: SecretKey | null; covers?: readonly Aspect[] },
): Gatherer {
  const seen = new Set(objects.flatMap((each) => [...aspectsOfKind(each.kind, groupOf(each))]));
  const covers = about.covers ?? aspectIds.filter((each) => seen.has(each));
  const gatherer = new Gatherer({ ...about, kind, covers });
  const namespaces = new Set(
    objects.flatMap(({ metadata: { namespace } }) => (namespace === undefined ? [] : [namespace])),
  );
  const autoscaled = scaledTargets(objects);
  for (const each of objects) {
    // A pod of a deployment is what its deployment says; a part that is made by another object is looked at there.
    if (each.metadata.ownerReferences?.some(({ controller }) => controller === true)) continue;
    const { name, namespace } = each.metadata;
    const shown = namespaces.size > 1 && namespace !== undefined ? `${namespace}.${name}` : name;
    addObject(gatherer, each, shown, autoscaled.has(`${each.kind}/${name}`));
  }
  addNodes(
    gatherer,
    objects.filter((each) => each.kind === 'Node'),
  );
  return gatherer;
}

function addObject(gatherer: Gatherer, each: KubernetesObject, name: string, isScaled: boolean): void {
  if (each.kind === 'Node' || each.kind === 'Event' || each.kind === 'Namespace') return;
  if (each.kind === 'ConfigMap' || each.kind === 'Secret') {
    addData(gatherer, each, name);
    return;
  }
  const type = (each.spec as { type?: unknown } | undefined)?.type;
  const owner: Owner = { kind: each.kind, group: groupOf(each), name, ...(typeof type === 'string' ? { type } : {}) };
  const applied = appliedPaths(each);
  const { metadata, status: _, apiVersion: __, kind: ___, ...content } = each;
  for (const { path, value } of leaves(content)) {
    // The name of a variable is in its key.
    if (path.at(-1) === 'name' && path.at(-3) === 'env') continue;
    const place = placeOf(owner, path);
    const state = value === null ? 'absent' : applied !== null && !applied.has(path.join('/')) ? 'default' : 'explicit';
    const own = place.aspect === 'instances' && isScaled ? scaled : place.own;
    const isImage = workloadKinds.has(each.kind) && path.at(-1) === 'image' && typeof value === 'string';
    if (isImage) {
      const { repository, version } = imageParts(value);
      gatherer.add('version', place.path.slice(0, -1), version, { state });
      gatherer.add('configuration', place.path, repository, { state });
    } else {
      gatherer.add(place.aspect, place.path, value, {
        state,
        ...(place.unit && { unit: place.unit }),
        ...(own && { own }),
      });
    }
  }
  for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
    if (
      key === lastApplied ||
      /^(deployment\.kubernetes\.io\/revision|kubectl\.kubernetes\.io\/|pv\.kubernetes\.io\/|volume\.)/.test(key)
    )
      continue;
    const { aspect, path } = placeOf(owner, ['annotations', key]);
    gatherer.add(aspect, path, value);
  }
  if (workloadKinds.has(each.kind)) addWhatIsNotSet(gatherer, content, owner);
}

/** That a container has no limit is something to compare, and so is a time zone that nobody set. */
function addWhatIsNotSet(gatherer: Gatherer, content: object, owner: Owner): void {
  const containers = new Set<string>();
  const present = new Set<string>();
  for (const { path } of leaves(content)) {
    const at = path.indexOf('containers');
    const container = path[at + 1];
    if (at < 0 || container === undefined) continue;
    containers.add(container);
    const { aspect, path: placed } = placeOf(owner, path);
    present.add([aspect, ...placed].join('/'));
  }
  for (const container of containers) {
    for (const aspect of ['cpu', 'memory'] as const) {
      for (const bound of ['request', 'limit']) {
        const path = [owner.name, container, bound];
        if (present.has([aspect, ...path].join('/'))) continue;
        // What may use no more than so much is given as much.
        const limit = gatherer.items.get([aspect, owner.name, container, 'limit'].join('/'));
        if (bound === 'limit' || limit === undefined || limit.state === 'absent') gatherer.absent(aspect, path);
        else gatherer.add(aspect, path, limit.value, { state: 'default', unit: aspect === 'cpu' ? 'cores' : 'bytes' });
      }
    }
    const zone = gatherer.items.get(`environment/${owner.name}/${container}/TZ`);
    gatherer.add('time-zone', [owner.name, container], zone?.value ?? null, {
      state: zone === undefined ? 'default' : 'explicit',
    });
  }
  if (owner.kind === 'Deployment' || owner.kind === 'StatefulSet') {
    // Kubernetes' own default.
    if (!gatherer.items.has(`instances/${owner.name}`))
      gatherer.add('instances', [owner.name], 1, { state: 'default' });
  }
}

function addData(gatherer: Gatherer, each: KubernetesObject, name: string): void {
  const isSecret = each.kind === 'Secret';
  const path = isSecret ? ['secret', name] : [name];
  if (isSecret && /^(helm\.sh\/release|kubernetes\.io\/service-account-token)/.test(String(each.type ?? ''))) {
    // Each release, and each cluster, has another number or ending.
    const made = ['secret', name.replace(/\.v\d+$|-[a-z0-9]{5}$/, '')];
    if (!gatherer.items.has(['configuration', ...made].join('/')))
      gatherer.add('configuration', made, null, { secret: true, own: 'the cluster or Helm made it' });
    return;
  }
  if (!isSecret && name.endsWith('kube-root-ca.crt')) return;
  const data = z.record(z.string(), z.string()).catch({});
  for (const [key, text] of Object.entries(data.parse(each.data ?? {}))) {
    if (isSecret)
      gatherer.add('configuration', [...path, key], Buffer.from(text, 'base64').toString('latin1'), { secret: true });
    else addText(gatherer, [...path, key], text);
  }
  for (const [key, text] of Object.entries(data.parse(each.stringData ?? {}))) {
    gatherer.add('configuration', [...path, key], text, { secret: true });
  }
  for (const [key, text] of Object.entries(data.parse(each.binaryData ?? {}))) {
    gatherer.add('configuration', [...path, key], text, { secret: true });
  }
}

/** Paths of what a person applied; null: the cluster does not say, so all counts as set. */
function appliedPaths(each: KubernetesObject): Set<string> | null {
  const text = each.metadata.annotations?.[lastApplied];
  if (text === undefined || text.length > 1_000_000) return null;
  try {
    return new Set([...leaves(JSON.parse(text))].map(({ path }) => path.join('/')));
  } catch {
    return null;
  }
}

function scaledTargets(objects: readonly KubernetesObject[]): Set<string> {
  const target = z.looseObject({
    scaleTargetRef: z.looseObject({ kind: z.string().default('Deployment'), name: z.string() }),
  });
  return new Set(
    objects.flatMap(({ kind: of, spec }) => {
      if (of !== 'HorizontalPodAutoscaler' && of !== 'ScaledObject') return [];
      const found = target.safeParse(spec);
      return found.success ? [`${found.data.scaleTargetRef.kind}/${found.data.scaleTargetRef.name}`] : [];
    }),
  );
}

function groupOf({ apiVersion }: KubernetesObject): string {
  return apiVersion.includes('/') ? (apiVersion.split('/', 1)[0] ?? '') : '';
}
