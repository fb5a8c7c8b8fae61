import { randomBytes } from 'node:crypto';
import { stringify } from 'yaml';
import { findKubectl } from '../../environment/kubectl.ts';
import type { Teardown } from '../../evidence/teardown.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import type { AskThrough } from '../companion.ts';
import type { Places } from './k6/places.ts';
import { jobIndex, jobManifests, makeJob } from './kubernetes/indexed-job.ts';
import { Kubectl } from './kubernetes/kubectl.ts';
import { container, type GeneratorSet } from './kubernetes/manifests.ts';
import { OperatorPlaces } from './kubernetes/operator.ts';
import { PodAsker } from './kubernetes/pod-asker.ts';
import { imageVersion, Pods, type PodsSetup } from './kubernetes/pods.ts';
import type { KubernetesSettings } from './kubernetes/rules.ts';
import { operatorContainer, testRunManifests } from './kubernetes/test-run.ts';
import type { ChosenEngine, EngineSearch } from './run.ts';

/** What a cluster must know of a run. */
export interface ClusterLoad {
  runId: string;
  generators: number;
  durationMs: number;
  /** The run goes on: what an earlier process left is removed first. */
  resumed: boolean;
}

const spareS = 3600;
const imageK6 = '/shakedown/k6';

/**
 * Brings load generators into the cluster and waits until they are ready. They go when the run ends, whatever its end.
 * @throws ShakedownError KUBERNETES_… for what the cluster or the configuration has against it, KUBECTL_MISSING
 */
export async function clusterEngine(
  config: ResolvedConfig,
  load: ClusterLoad,
  search: EngineSearch,
  teardown: Teardown,
): Promise<ChosenEngine> {
  const settings = clusterSettings(config);
  const kubectl = new Kubectl(kubectlPath(), settings.context, settings.namespace);
  const set = generatorSet(settings, load, randomBytes(2).toString('hex'));
  const kinds = ['serviceaccount', ...(config.engine.prefer === 'kubernetes' ? ['job'] : ['testrun', 'configmap'])];
  let made = false;
  teardown.before('remove the load generators from the cluster', async () => {
    if (made) await remove(kubectl, kinds, load.runId, search.warn);
  });
  search.phase(`starting ${set.pods} load generators in the cluster`);
  if (load.resumed) await remove(kubectl, kinds, load.runId, search.warn);
  const common = {
    readyTimeoutMs: settings.readyTimeoutMs,
    signal: search.signal,
    phase: search.phase,
    warn: search.warn,
    clockErrorAtMostMs: config.honesty.maxGeneratorLatenessMs,
  };
  made = true;
  let opened: { places: Places; version: string };
  try {
    opened =
      config.engine.prefer === 'kubernetes'
        ? await openJob(kubectl, set, common)
        : await openTestRun(kubectl, set, common);
  } catch (error) {
    // Where nothing could be made, nothing needs to be removed.
    made = !(error instanceof ShakedownError && error.code === 'KUBERNETES_UNREACHABLE');
    throw error;
  }
  const { places, version } = opened;
  const where = settings.namespace === null ? 'the cluster' : `namespace ${settings.namespace}`;
  const note = `Sent by ${set.pods} ${set.pods === 1 ? 'pod' : 'pods'} in ${where}.`;
  return {
    info: { name: 'k6', version, build: 'shakedown', certifiable: true, note },
    run: { name: 'k6', k6: { path: imageK6, version, build: 'shakedown' }, places, generators: set.pods },
    programs: [{ name: 'k6', version, origin: `image ${settings.image}` }],
    ...(settings.checksFrom === 'pods' ? { ask: askThroughPods(config, kubectl, load.runId, search, teardown) } : {}),
  };
}

function askThroughPods(
  config: ResolvedConfig,
  kubectl: Kubectl,
  runId: string,
  { signal }: EngineSearch,
  teardown: Teardown,
): AskThrough {
  const asker = new PodAsker({
    kubectl,
    selector: `shakedown/run=${runId}`,
    container: config.engine.prefer === 'kubernetes' ? container : operatorContainer,
    signal,
  });
  teardown.before('stop asking from the cluster', () => asker.close());
  return (question) => asker.ask(question);
}

/**
 * What would be made in the cluster, as YAML; null where the engine makes nothing there. Nothing is sent.
 * @throws ShakedownError KUBERNETES_CONFIG, KUBERNETES_TARGET
 */
export function clusterManifests(config: ResolvedConfig, generators: number, durationMs: number): string | null {
  const { prefer } = config.engine;
  if (prefer !== 'kubernetes' && prefer !== 'k6-operator') return null;
  const set = generatorSet(clusterSettings(config), { runId: 'dry-run', generators, durationMs }, '0000');
  const manifests = prefer === 'kubernetes' ? jobManifests(set) : testRunManifests(set);
  const { namespace } = set.settings;
  return manifests
    .map((one) => (namespace === null ? one : { ...one, metadata: { ...one.metadata, namespace } }))
    .map((one) => stringify(one, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
}

/** Kind by kind: a cluster that does not know one of them refuses to remove any. */
async function remove(
  kubectl: Kubectl,
  kinds: readonly string[],
  runId: string,
  warn: (text: string) => void,
): Promise<void> {
  for (const kind of kinds.toReversed()) {
    const args = ['delete', kind, '-l', `shakedown/run=${runId}`, '--ignore-not-found', '--wait=false'];
    const { code, stderr } = await kubectl.run(args);
    if (code === 0 || /have a resource type|requested resource/.test(stderr)) continue;
    const last = stderr.trim().split('\n').at(-1) ?? '';
    warn(`Load generators could not be removed (${last}): kubectl ${args.join(' ')}`);
  }
}

type Common = Omit<PodsSetup, 'kubectl' | 'selector' | 'owner' | 'indexOf' | 'attach' | 'container'>;

async function openJob(
  kubectl: Kubectl,
  set: GeneratorSet,
  common: Common,
): Promise<{ places: Places; version: string }> {
  await makeJob(kubectl, set);
  const selector = `app.kubernetes.io/instance=${set.name}`;
  const owner = `job/${set.name}`;
  const pods = new Pods({ ...common, kubectl, selector, owner, indexOf: jobIndex, attach: false, container });
  return { places: pods, version: await imageVersion(pods, await pods.ready(set.pods)) };
}

async function openTestRun(
  kubectl: Kubectl,
  set: GeneratorSet,
  common: Common,
): Promise<{ places: Places; version: string }> {
  const places = new OperatorPlaces(kubectl, set, common);
  return { places, version: await places.open() };
}

function generatorSet(settings: KubernetesSettings, load: Omit<ClusterLoad, 'resumed'>, mark: string): GeneratorSet {
  const { runId, generators, durationMs } = load;
  return {
    name: `shakedown-${runId.toLowerCase()}-${mark}`,
    runId,
    pods: generators,
    deadlineS: Math.ceil(durationMs / 1000 + settings.readyTimeoutMs / 1000) + spareS,
    settings,
  };
}

/** @throws ShakedownError KUBERNETES_CONFIG, KUBERNETES_TARGET */
function clusterSettings(config: ResolvedConfig): KubernetesSettings {
  if (config.kubernetes === undefined) {
    throw new ShakedownError('KUBERNETES_CONFIG', 'The configuration does not say which image the pods run.', {
      hint: 'Build load/Dockerfile, push it where the cluster pulls from, and set kubernetes: { image }.',
    });
  }
  if (config.target.sample !== null) {
    throw new ShakedownError(
      'KUBERNETES_TARGET',
      'Pods cannot reach the sample system, which answers on this machine only.',
      {
        hint: 'Set target.baseUrl to what is reached from inside the cluster.',
      },
    );
  }
  return config.kubernetes;
}

/** @throws ShakedownError KUBECTL_MISSING */
function kubectlPath(): string {
  const path = findKubectl();
  if (path !== null) return path;
  throw new ShakedownError('KUBECTL_MISSING', 'Shakedown reaches the cluster through kubectl, and there is none.', {
    hint: 'Put kubectl on PATH, or name it with SHAKEDOWN_KUBECTL.',
    exitCode: exitCodes.missingProgram,
  });
}
