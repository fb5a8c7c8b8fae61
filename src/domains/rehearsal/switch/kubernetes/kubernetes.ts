import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ShakedownError } from '../../../../model/error.ts';
import type { ResolvedDeployment } from '../../settings.ts';
import { answersLabel, type Cluster, sideLabel, stagingLabel } from '../../system/kubernetes/cluster.ts';
import { hostOf } from '../../system/kubernetes/driver.ts';
import { type Pod, podsOf } from '../../system/kubernetes/pods.ts';
import { type SwitchState, sideNames, type TrafficSwitch, type Weights } from '../traffic-switch.ts';
import { podsFor } from './shares.ts';

/** On the pods that have traffic while several sides share it. */
const sharesLabel = 'shakedown/shares';
const code = 'SWITCH_UNREACHABLE';
const lookEveryMs = 100;
/** How long the cluster may take to make a change of a Service's pods known. */
const settleMs = 20_000;
const readyMs = 120_000;
const askMs = 2000;

const slices = z.object({
  items: z.array(
    z.object({
      endpoints: z
        .array(
          z.object({
            conditions: z.object({ ready: z.boolean().nullish() }).default({}),
            targetRef: z.object({ name: z.string() }).optional(),
          }),
        )
        .nullish(),
    }),
  ),
});

export interface KubernetesSwitchSettings extends Omit<ResolvedDeployment['switch']['kubernetes'], 'url'> {
  baseUrl: string;
}

/** Makes the Service that the traffic goes through; it gives it to nobody yet. @returns where clients connect @throws ShakedownError SWITCH_UNREACHABLE */
export async function makeService(
  cluster: Cluster,
  { url, port }: { url: string | null; port: number },
): Promise<string> {
  const outside = port === 0 ? 80 : port;
  const service = {
    ...{ apiVersion: 'v1', kind: 'Service' },
    metadata: { name: serviceName(cluster), labels: { [stagingLabel]: cluster.id } },
    spec: {
      selector: { [stagingLabel]: cluster.id, [sideLabel]: 'none' },
      ports: [{ name: 'http', port: outside, targetPort: cluster.settings.port }],
    },
  };
  const made = await cluster.must(
    code,
    'make a Service',
    ['create', '-f', '-', '-o', 'jsonpath={.spec.clusterIP}'],
    JSON.stringify(service),
  );
  return url ?? `http://${hostOf(made.trim())}${outside === 80 ? '' : `:${outside}`}`;
}

/**
 * A Service of Kubernetes. One side has all traffic by the Service's selector; several share it by their numbers of pods, which are raised where they do
 * not suffice. What it says is read from the EndpointSlices.
 */
export function kubernetesSwitch(
  cluster: Cluster,
  { baseUrl, podsAtMost, inFlight }: KubernetesSwitchSettings,
): TrafficSwitch {
  const answering = (selector: string) => podsOf(cluster, code, `${selector},${answersLabel}=yes`);

  /** Ready pods that get traffic, by side. */
  const served = async (): Promise<Record<string, number>> => {
    const pods = await answering(cluster.selector(null));
    const args = ['get', 'endpointslices', '-l', `kubernetes.io/service-name=${serviceName(cluster)}`, '-o', 'json'];
    const { items } = slices.parse(JSON.parse(await cluster.must(code, 'see who gets traffic', args)));
    const counts: Record<string, number> = {};
    for (const { conditions, targetRef } of items.flatMap(({ endpoints }) => endpoints ?? [])) {
      if (conditions.ready === false) continue;
      const side = pods.find(({ name }) => name === targetRef?.name)?.labels[sideLabel] ?? 'ending';
      counts[side] = (counts[side] ?? 0) + 1;
    }
    return counts;
  };

  const select = (labels: Record<string, string>) => {
    const value = { [stagingLabel]: cluster.id, [answersLabel]: 'yes', ...labels };
    const patch = JSON.stringify([{ op: 'replace', path: '/spec/selector', value }]);
    return cluster.must(code, 'move the traffic', [
      'patch',
      'service',
      serviceName(cluster),
      '--type=json',
      '-p',
      patch,
    ]);
  };

  /** Until the cluster has made it known, or it takes too long: what is read afterwards says which. */
  const settled = async (isSo: (counts: Readonly<Record<string, number>>) => boolean) => {
    const until = performance.now() + settleMs;
    while (!isSo(await served()) && performance.now() < until) await sleep(lookEveryMs);
  };

  const all = async (side: string) => {
    const ready = (await answering(cluster.selector(side))).filter((pod) => pod.ready);
    if (ready.length === 0) throw refused(`no pod of ${side} is ready`, 'Bring the version up first.');
    await select({ [sideLabel]: side });
    await settled((counts) => Object.keys(counts).join() === side && (counts[side] ?? 0) >= ready.length);
  };

  const shared = async (weights: Weights) => {
    const least = podsFor(weights, podsAtMost);
    if (least === null) {
      throw refused(
        `${podsAtMost} pods cannot make these shares`,
        'Raise deployment.switch.kubernetes.podsAtMost, or choose other steps.',
      );
    }
    const before = Object.entries(least).map(async ([side, count]) => ({
      ...{ side, count },
      pods: (await answering(cluster.selector(side))).filter(({ ready }) => ready),
    }));
    const sides = await Promise.all(before);
    // As many as there are already, in the same proportion.
    const times = Math.max(1, Math.floor(Math.min(...sides.map(({ count, pods }) => pods.length / count))));
    const chosen: Pod[] = [];
    for (const { side, count, pods } of sides) {
      const wanted = count * times;
      const enough = pods.length >= wanted ? pods : await raised(side, wanted);
      chosen.push(...enough.slice(0, wanted));
    }
    const names = chosen.map(({ name }) => name);
    await label(names, `${sharesLabel}=yes`);
    await select({ [sharesLabel]: 'yes' });
    const marked = await answering(`${cluster.selector(null)},${sharesLabel}=yes`);
    const others = marked.map(({ name }) => name).filter((name) => !names.includes(name));
    await label(others, `${sharesLabel}-`);
    const counts = Object.fromEntries(sides.map(({ side, count }) => [side, count * times]));
    await settled((found) => sideNames.every((side) => (found[side] ?? 0) === (counts[side] ?? 0)));
  };

  const label = async (pods: readonly string[], change: string) => {
    if (pods.length === 0) return;
    await cluster.must(code, 'label pods', ['label', 'pods', ...pods, change, '--overwrite']);
  };

  /** More pods of a side. An autoscaler would undo it. */
  const raised = async (side: string, wanted: number): Promise<Pod[]> => {
    const mine = ['-l', cluster.selector(side), '-o', 'name'];
    const scalers = await cluster.must(code, 'look for autoscalers', ['get', 'horizontalpodautoscalers', ...mine]);
    if (scalers.trim() !== '') {
      throw refused(
        `an autoscaler decides how many pods ${side} has`,
        'Leave it out of deployment.kubernetes.manifests for a rehearsal with shares.',
      );
    }
    const selector = `${cluster.selector(side)},${answersLabel}=yes`;
    const workload = await cluster.must(code, 'find the workload', [
      ...['get', 'deployments,statefulsets', '-l', selector, '-o', 'name'],
    ]);
    await cluster.must(code, 'add pods', ['scale', workload.trim(), `--replicas=${wanted}`]);
    const until = performance.now() + readyMs;
    for (;;) {
      const ready = (await answering(cluster.selector(side))).filter((pod) => pod.ready);
      if (ready.length >= wanted) return ready;
      if (performance.now() > until) {
        throw refused(
          `only ${ready.length} of ${wanted} pods of ${side} were ready after ${readyMs / 1000} s`,
          'See `kubectl describe pods`; choose steps that need fewer pods.',
        );
      }
      await sleep(lookEveryMs);
    }
  };

  return {
    driver: 'kubernetes',
    title: 'Service of Kubernetes',
    baseUrl,
    log: null,
    movesConnections: true,
    // The Service finds its pods by their labels.
    async connect() {},
    async set(weights) {
      const sides = Object.entries(weights).filter(([, share]) => share > 0);
      const [only] = sides;
      if (only !== undefined && sides.length === 1) await all(only[0]);
      else await shared(weights);
    },
    async read(): Promise<SwitchState> {
      const counts = await served();
      const sum = Object.values(counts).reduce((total, count) => total + count, 0);
      const weights = Object.fromEntries(Object.entries(counts).map(([side, count]) => [side, (100 * count) / sum]));
      if (inFlight === null) return { weights, inFlight: null };
      const pods = await answering(cluster.selector(null));
      return { weights, inFlight: await underWay(pods, cluster.settings.port, inFlight) };
    },
    async end() {
      await cluster.must(code, 'remove the Service', ['delete', 'service', serviceName(cluster), '--ignore-not-found']);
    },
  };
}

function serviceName({ id }: Cluster): string {
  return `shakedown-${id}`;
}

/** What is under way by side, as the pods say; null: one of them does not. */
async function underWay(
  pods: readonly Pod[],
  port: number,
  { path, metric }: { path: string; metric: string },
): Promise<Record<string, number> | null> {
  const counts: Record<string, number> = {};
  const values = await Promise.all(
    pods.map(async ({ address, labels }) => {
      const url = `http://${hostOf(address ?? '')}:${port}${path}`;
      return { side: labels[sideLabel] ?? '', value: await gauge(url, metric) };
    }),
  );
  for (const { side, value } of values) {
    if (value === null) return null;
    counts[side] = (counts[side] ?? 0) + value;
  }
  return counts;
}

async function gauge(url: string, metric: string): Promise<number | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(askMs) });
    const lines = (await response.text()).split('\n');
    const values = lines
      .filter((line) => line.startsWith(`${metric} `) || line.startsWith(`${metric}{`))
      .map((line) => Number(/ (\S+)(?: \d+)?$/.exec(line)?.[1]));
    return values.length === 0 || values.some(Number.isNaN) ? null : values.reduce((sum, one) => sum + one, 0);
  } catch {
    return null;
  }
}

function refused(why: string, hint: string): ShakedownError {
  return new ShakedownError(code, `The traffic was not moved: ${why}.`, { hint });
}
