import { randomBytes } from 'node:crypto';
import type { ResolvedConfig } from '../../config/resolved.ts';
import { findKubectl } from '../../environment/kubectl.ts';
import { jobIndex, makeJob } from '../../load/kubernetes/indexedJob.ts';
import { Kubectl } from '../../load/kubernetes/kubectl.ts';
import type { GeneratorSet } from '../../load/kubernetes/manifests.ts';
import { Pods } from '../../load/kubernetes/pods.ts';
import type { KubernetesSettings } from '../../load/kubernetes/rules.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import type { Teardown } from '../tasks.ts';
import type { ChosenEngine, EngineSearch } from './engine.ts';

/** What a cluster must know of a run. */
export interface ClusterLoad {
  runId: string;
  generators: number;
  durationMs: number;
  /** The run goes on: what an earlier process left is removed first. */
  resumed: boolean;
}

const spareS = 3600;

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
  const what = `job/${set.name},serviceaccount/${set.name}`.split(',');
  let reached = true;
  teardown.before('remove the load generators from the cluster', async () => {
    if (!reached) return;
    const remove = ['delete', ...what, '--ignore-not-found', '--wait=false'];
    const { code, stderr } = await kubectl.run(remove);
    if (code !== 0) {
      const last = stderr.trim().split('\n').at(-1) ?? '';
      search.warn(
        `The load generators could not be removed (${last}); they end by themselves. kubectl ${remove.join(' ')}`,
      );
    }
  });
  search.phase(`bringing ${set.pods} load generators into the cluster`);
  try {
    if (load.resumed) {
      const old = [
        'delete',
        'job,serviceaccount',
        '-l',
        `shakedown/run=${load.runId}`,
        '--ignore-not-found',
        '--wait=false',
      ];
      await kubectl.must('to remove what the run left', old);
    }
    await makeJob(kubectl, set);
  } catch (error) {
    reached = !(error instanceof ShakedownError && error.code === 'KUBERNETES_UNREACHABLE');
    throw error;
  }
  const pods = new Pods({
    kubectl,
    selector: `app.kubernetes.io/instance=${set.name}`,
    owner: `job/${set.name}`,
    indexOf: jobIndex,
    attach: false,
    readyTimeoutMs: settings.readyTimeoutMs,
    signal: search.signal,
    phase: search.phase,
    warn: search.warn,
    clockErrorAtMostMs: config.honesty.maxGeneratorLatenessMs,
  });
  const [first] = await pods.ready(set.pods);
  const said = first === undefined ? '' : await pods.ask(first, ['/shakedown/k6', 'version']);
  const version = / v(\d[\w.+-]*) /.exec(said)?.[1] ?? 'unknown';
  const place = settings.namespace === null ? 'the cluster' : `namespace ${settings.namespace}`;
  return {
    info: { name: 'k6', version, build: 'shakedown', certifiable: true, note: `Sent by ${set.pods} pods in ${place}.` },
    run: { name: 'k6', k6: { path: '/shakedown/k6', version, build: 'shakedown' }, places: pods, generators: set.pods },
    programs: [{ name: 'k6', version, origin: `image ${settings.image}` }],
  };
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

/** @throws ShakedownError KUBERNETES_CONFIG */
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
  throw new ShakedownError('KUBECTL_MISSING', 'The cluster is talked to through kubectl, and there is none.', {
    hint: 'Put kubectl on PATH, or name it with SHAKEDOWN_KUBECTL.',
    exitCode: exitCodes.missingProgram,
  });
}
