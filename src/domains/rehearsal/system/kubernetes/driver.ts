import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ShakedownError } from '../../../../model/error.ts';
import { stagingId } from '../../staging-id.ts';
import type { DeployDriver } from '../driver.ts';
import type { Side } from '../state.ts';
import { Cluster, type KubernetesDeployment, oneLine, stagingLabel } from './cluster.ts';
import { lastWarning, type Pod, podsOf } from './pods.ts';
import { kindsOf, type Manifest, renderSide } from './render.ts';

const lookEveryMs = 500;
/** Longer than the 30 s that a pod has to end in order. */
const endMs = 90_000;

const condition = z.object({ type: z.string(), status: z.string(), message: z.string().default('') });
const workloads = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), generation: z.number().default(0) }),
      spec: z.object({ replicas: z.number().default(1) }),
      status: z
        .object({
          observedGeneration: z.number().default(-1),
          updatedReplicas: z.number().default(0),
          readyReplicas: z.number().default(0),
          conditions: z.array(condition).default([]),
        })
        .prefault({}),
    }),
  ),
});

export interface KubernetesOptions {
  settings: KubernetesDeployment;
  instances: number;
  readyMs: number;
  scratch: string;
}

/** Versions as workloads in one namespace of a Kubernetes cluster. */
export function kubernetesDriver({ settings, instances, readyMs, scratch }: KubernetesOptions): DeployDriver {
  const cluster = new Cluster(settings, stagingId(scratch));
  return {
    id: 'kubernetes',
    healthPath: settings.healthPath,
    artifactPath: null,
    warmUpPaths: [settings.healthPath],
    async up(version, name, started, signal, more = {}) {
      if (Object.keys(more).length > 0) {
        throw failed(`pods are not given ${Object.keys(more).join(', ')} of this machine`);
      }
      const { manifests, selector } = await renderSide({ cluster, name, version, instances, scratch });
      await checkOwn(cluster, manifests);
      const side: Side = { name, version, artifacts: [], migration: null, instances: [] };
      started(side);
      const apply = ['apply', '--server-side', '--field-manager=shakedown', '-f', '-'];
      await cluster.must('DEPLOYMENT_FAILED', `apply ${version}`, apply, list(manifests));
      await rolledOut(cluster, { name, version, readyMs }, signal);
      const pods = await podsOf(cluster, 'DEPLOYMENT_FAILED', selector);
      side.artifacts.push(...digestsOf(version, pods));
      side.instances.push(
        ...pods.map(({ address }, i) => ({
          ...{ name: `${name}-${i + 1}`, url: `http://${hostOf(address ?? '')}:${settings.port}` },
          ...{ process: null, log: null },
        })),
      );
      started(side);
      return side;
    },
    async down({ name, version }) {
      const mine = ['-l', cluster.selector(name)];
      const gone = ['--ignore-not-found', '--wait=false'];
      const kinds = (await kindsOf(scratch, name)).join(',');
      await cluster.must('DEPLOYMENT_FAILED', `end ${version}`, ['delete', kinds, ...mine, ...gone]);
      const until = performance.now() + endMs;
      for (;;) {
        const left = await cluster.must('DEPLOYMENT_FAILED', 'see the pods', ['get', 'pods', ...mine, '-o', 'name']);
        if (left.trim() === '') return;
        if (performance.now() > until) throw failed(`${left.trim().split('\n')[0]} of ${version} does not end`);
        await sleep(lookEveryMs);
      }
    },
    async requestLogs({ name }) {
      if (!settings.requestIds) return [];
      const pods = await podsOf(cluster, 'DEPLOYMENT_FAILED', `${cluster.selector(name)},shakedown/answers=yes`);
      return Promise.all(pods.map((pod) => savedLog(cluster, pod, join(scratch, `${pod.name}.requests.ndjson`))));
    },
  };
}

function list(items: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** What is there under the same names must be this staging system's own: nothing else is changed. @throws ShakedownError DEPLOYMENT_FAILED */
async function checkOwn(cluster: Cluster, manifests: readonly Manifest[]): Promise<void> {
  const args = ['get', '-f', '-', '--ignore-not-found', '-o', 'json'];
  const text = await cluster.must('DEPLOYMENT_FAILED', 'see what is there', args, list(manifests));
  if (text.trim() === '') return;
  const found = JSON.parse(text) as Manifest | { kind: 'List'; items: Manifest[] };
  const items = found.kind === 'List' && Array.isArray(found.items) ? (found.items as Manifest[]) : [found as Manifest];
  const other = items.find(({ metadata }) => metadata.labels?.[stagingLabel] !== cluster.id);
  if (other === undefined) return;
  const { kind, metadata } = other;
  throw failed(`${kind} ${metadata.name} is there already, and this staging system did not make it`);
}

interface Awaited {
  name: string;
  version: string;
  readyMs: number;
}

/** Waits until every workload of a side runs what was applied. @throws ShakedownError DEPLOYMENT_NOT_READY with the cluster's reason */
async function rolledOut(cluster: Cluster, { name, version, readyMs }: Awaited, signal: AbortSignal): Promise<void> {
  const until = performance.now() + readyMs;
  const mine = cluster.selector(name);
  const notReady = (why: string) =>
    new ShakedownError('DEPLOYMENT_NOT_READY', `${version} did not come up: ${why}.`, {
      hint: 'It was ended; the traffic stayed where it was.',
    });
  for (;;) {
    signal.throwIfAborted();
    const args = ['get', 'deployments,statefulsets', '-l', mine, '-o', 'json'];
    const { items } = workloads.parse(JSON.parse(await cluster.must('DEPLOYMENT_FAILED', 'see the rollout', args)));
    const behind = items.find(
      ({ metadata, spec, status }) =>
        status.observedGeneration < metadata.generation ||
        status.updatedReplicas < spec.replicas ||
        status.readyReplicas < spec.replicas,
    );
    if (behind === undefined) return;
    const pods = await podsOf(cluster, 'DEPLOYMENT_FAILED', mine);
    const stuck = pods.find(({ hopeless }) => hopeless !== null);
    if (stuck !== undefined) {
      // Only the events say what is wrong with an image that is being tried again.
      const pulling = /^(ErrImagePull|ImagePullBackOff)/.test(stuck.hopeless ?? '');
      const why = (pulling ? await firstFailure(cluster, stuck.name) : null) ?? stuck.hopeless;
      throw notReady(`pod ${stuck.name} cannot start: ${why}`);
    }
    if (performance.now() > until) {
      const late = pods.find(({ ready }) => !ready);
      const refused = behind.status.conditions.find(
        ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
      );
      const why =
        late === undefined
          ? oneLine(refused?.message ?? 'the cluster made no pods')
          : (late.waitsFor ?? (await lastWarning(cluster, late.name)) ?? 'the cluster does not say why');
      const who = late === undefined ? behind.metadata.name : `pod ${late.name}`;
      throw notReady(`${who} was not ready after ${readyMs / 1000} s: ${why}`);
    }
    await sleep(lookEveryMs, undefined, { signal });
  }
}

async function firstFailure(cluster: Cluster, pod: string): Promise<string | null> {
  const warning = await lastWarning(cluster, pod);
  return warning === null || /^Error: /.test(warning) ? null : warning;
}

/** What really runs: all pods must run the same. @throws ShakedownError DEPLOYMENT_OTHER */
function digestsOf(version: string, pods: readonly Pod[]): Side['artifacts'] {
  const found = new Map<string, string>();
  for (const { name: pod, digests } of pods) {
    for (const { name, digest } of digests) {
      const before = found.get(name) ?? digest;
      found.set(name, before);
      if (before === digest) continue;
      throw new ShakedownError(
        'DEPLOYMENT_OTHER',
        `${version} is not what came up: container ${name} runs ${before}, and in ${pod} ${digest}.`,
        { hint: 'It was ended; the traffic stayed where it was. Name images by digest.' },
      );
    }
  }
  return [...found].map(([name, digest]) => ({ name, digest }));
}

async function savedLog(cluster: Cluster, { name }: Pod, file: string): Promise<string> {
  const child = cluster.kubectl.start(['logs', name, '--all-containers']);
  child.stdin?.end();
  child.stderr?.resume();
  child.on('error', () => {});
  if (child.stdout !== null) await pipeline(child.stdout, createWriteStream(file, { mode: 0o600 }));
  return file;
}

/** For a URL. */
export function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function failed(why: string): ShakedownError {
  return new ShakedownError('DEPLOYMENT_FAILED', `The version cannot be deployed: ${why}.`, {
    hint: 'Look at the namespace with kubectl; nothing was given traffic.',
  });
}
