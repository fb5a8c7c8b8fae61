import { type PreparedChaos, prepareChaos } from '../../domains/chaos/run/prepare.ts';
import { type ChosenEngine, chooseEngine } from '../../domains/load/choose-engine.ts';
import { startTokens } from '../../domains/load/token.ts';
import { admitRecording } from '../../domains/traffic/admit-recording.ts';
import type { PlanInput } from '../../domains/traffic/plan/plan.ts';
import { readManifest } from '../../domains/traffic/recording.ts';
import { type PreparedScenarios, prepareScenarios } from '../../domains/uat/beside-load/prepare.ts';
import type { Journal } from '../../evidence/journal.ts';
import type { Teardown } from '../../evidence/teardown.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import type { PlanSummary } from '../../model/plan.ts';
import type { SimulateOptions } from '../progress.ts';
import { hostInfo } from './host.ts';
import { withoutSecrets } from './redact.ts';
import { openTarget, type Target } from './target.ts';

/** What stands ready before a load is planned. */
export interface Prepared {
  config: ResolvedConfig;
  manifest: Awaited<ReturnType<typeof readManifest>>;
  engine: ChosenEngine;
  target: Target;
  overlay(): Record<string, string> | null;
  /** null: no faults in this run. */
  chaos: PreparedChaos | null;
  /** null: no scenarios in this run. */
  scenarios: PreparedScenarios | null;
  planInput: Omit<PlanInput, 'options'>;
  /** Said before there was a journal to write them to. */
  warnings: string[];
}

type PrepareOptions = Pick<
  SimulateOptions,
  'config' | 'folder' | 'signal' | 'onEvent' | 'parallelism' | 'chaos' | 'uat'
> & {
  runId: string;
  durationMs: number;
};

/**
 * Admits the recording, finds the engine, opens the target and starts fetching tokens.
 * @param before where the sample system answered when the run began; null for a new run
 * @throws ShakedownError for what stands in the way
 */
export async function prepareRun(
  { config, folder, signal, onEvent, parallelism, runId, durationMs, chaos: named, uat }: PrepareOptions,
  teardown: Teardown,
  before: string | null,
): Promise<Prepared> {
  const phase = (text: string) => onEvent({ kind: 'phase', text });
  const warnings: string[] = [];
  const warn = (text: string) => {
    warnings.push(text);
    onEvent({ kind: 'warning', text });
  };
  const manifest = await readManifest(config.traffic.recording);
  admitRecording(manifest, config.traffic);
  phase('looking for k6');
  const load = { runId, generators: parallelism ?? 1, durationMs, resumed: before !== null };
  const engine = await chooseEngine(config, { signal, warn, phase }, teardown, load);
  onEvent({ kind: 'engine', engine: engine.info });
  const chaos =
    named === undefined ? null : await prepareChaos({ named, folder, config, signal, teardown, phase, warn });
  const scenarios = uat === undefined ? null : await prepareScenarios({ config, named: uat, signal, phase, warn });
  phase(config.target.sample === null ? 'checking the target' : 'starting the sample system');
  const target = await openTarget(config, teardown, signal, before, chaos?.toxiproxyUrl ?? null, engine.ask);
  const tokens = await startTokens(config.target.tokenHook, folder, warn);
  teardown.before('stop fetching tokens', () => tokens.stop());
  const planInput = {
    folder: config.traffic.recording,
    manifest,
    target: {
      baseUrl: target.baseUrl,
      hosts: config.target.hosts,
      headers: Object.fromEntries(config.target.headers),
      dropHeaders: config.target.dropHeaders,
    },
    rules: config.replay.extraction,
    data: config.replay.data,
    signal,
  };
  return { config, manifest, engine, target, overlay: tokens.overlay, chaos, scenarios, planInput, warnings };
}

export interface Beginning {
  runId: string;
  command: string;
  durationMs: number;
  plan: PlanSummary;
  windowMs: number;
  virtualUsers: number;
  /** Absent: the run cannot be resumed. */
  invocation?: {
    configFile: string | null;
    overrides: unknown;
    parallelism: number;
    chaos?: readonly string[];
    uat?: readonly string[];
  };
}

/** Writes down how a run begins: what is tested, with which plan and engine. */
export function tellBeginning(
  journal: Journal,
  { config, manifest, engine, target, chaos, scenarios }: Prepared,
  begin: Beginning,
): void {
  const { runId, command, durationMs, plan, windowMs, virtualUsers, invocation } = begin;
  journal.append('shakedown.run.started', {
    runId,
    command,
    durationMs,
    candidate: { name: config.name, version: config.version, baselineVersion: config.baselineVersion },
    environment: { name: config.environment, targetUrl: target.label },
    host: hostInfo(),
    programs: [...engine.programs, ...(chaos?.programs ?? []), ...(scenarios?.programs ?? [])],
    config: withoutSecrets(config),
    ...(invocation === undefined ? {} : { invocation }),
  });
  const recording = {
    name: manifest.name,
    requests: manifest.requests,
    sessions: manifest.sessions,
    durationMs: manifest.durationMs,
    timeResolutionMs: manifest.timeResolutionMs,
    privacy: manifest.privacy,
    declaredOwn: config.traffic.declaredOwn,
    notReplayable: manifest.notReplayable,
  };
  journal.append('shakedown.plan.ready', { plan, recording });
  journal.append('shakedown.engine.started', { ...engine.info, windowMs, virtualUsers });
}
