import type { Asked, RunTarget } from '../../domains/companion.ts';
import { type ChosenEngine, chooseEngine, startTokens } from '../../domains/load/public.ts';
import { admitRecording, type PlanInput, readManifest, tagRules } from '../../domains/traffic/public.ts';
import type { Teardown } from '../../evidence/teardown.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import type { SimulateOptions } from '../progress.ts';
import { Companions } from './companions.ts';
import { warnOfOthersAt } from './others-at-target.ts';
import { preflight } from './preflight.ts';
import { openTarget } from './target.ts';

/** What stands ready before a load is planned. */
export interface Prepared {
  /** What was asked for, as companions are given it. */
  asked: Asked;
  config: ResolvedConfig;
  manifest: Awaited<ReturnType<typeof readManifest>>;
  engine: ChosenEngine;
  target: RunTarget;
  overlay(): Record<string, string> | null;
  companions: Companions;
  planInput: Omit<PlanInput, 'options'>;
  /** Said before there was a journal to write them to. */
  warnings: string[];
}

/** The same while the sample system starts: what is planned is known before it can be sent. */
export interface Preparing extends Omit<Prepared, 'target'> {
  opening: Promise<RunTarget>;
}

type PrepareOptions = Pick<
  SimulateOptions,
  'config' | 'folder' | 'signal' | 'onEvent' | 'parallelism' | 'companionOptions'
> & {
  runId: string;
  durationMs: number;
  /** Nothing runs beside the load. */
  isAlone?: boolean;
};

/** Prepares a run, and waits for its target. @throws ShakedownError for what stands in the way */
export async function prepareRun(...given: Parameters<typeof prepareToPlan>): Promise<Prepared> {
  const { opening, ...prepared } = await prepareToPlan(...given);
  return { ...prepared, target: await opening };
}

/**
 * Admits the recording, finds the engine, prepares what is to run beside the load, opens the target and starts fetching tokens.
 * @param before where the sample system answered when the run began; null for a new run
 * @throws ShakedownError for what stands in the way
 */
export async function prepareToPlan(
  options: PrepareOptions,
  teardown: Teardown,
  before: string | null,
): Promise<Preparing> {
  const { config, folder, signal, onEvent, parallelism, runId, durationMs, companionOptions = {}, isAlone } = options;
  const phase = (text: string) => onEvent({ kind: 'phase', text });
  const warnings: string[] = [];
  const warn = (text: string) => {
    warnings.push(text);
    onEvent({ kind: 'warning', text });
  };
  const isResumed = before !== null;
  const manifest = await readManifest(config.traffic.recording);
  admitRecording(manifest, config.traffic);
  const asked: Asked = {
    ...{ config, manifest, folder, durationMs, isResumed, signal, teardown, phase, warn },
    options: companionOptions,
  };
  phase('looking for k6');
  const load = { runId, generators: parallelism ?? 1, durationMs, resumed: isResumed };
  const engine = await chooseEngine(config, { signal, warn, phase }, teardown, load);
  onEvent({ kind: 'engine', engine: engine.info });
  const companions = isAlone ? Companions.none : await Companions.prepare(asked);
  phase(config.target.sample === null ? 'checking the target' : 'starting the sample system');
  const opened = beginToOpen((addressed) => {
    const { toxiproxyUrl } = companions;
    return openTarget(config, teardown, signal, before, { toxiproxyUrl, ask: engine.ask, addressed });
  });
  const { opening } = opened;
  const baseUrl = await opened.baseUrl;
  const tokens = await startTokens(config.target.tokenHook, folder, warn);
  teardown.before('stop fetching tokens', () => tokens.stop());
  if (config.target.sample === null) await warnOfOthersAt(baseUrl, teardown, warn);
  if (config.target.sample === null && !isResumed) {
    const token = tokens.overlay();
    await preflight({ config, manifest, baseUrl, token, warn, ...(engine.ask && { ask: engine.ask }) });
  }
  const planInput = {
    folder: config.traffic.recording,
    manifest,
    target: {
      baseUrl,
      hosts: config.target.hosts,
      headers: Object.fromEntries(config.target.headers),
      dropHeaders: config.target.dropHeaders,
    },
    rules: config.replay.extraction,
    data: config.replay.data,
    bodies: config.replay.bodies,
    login: config.replay.login,
    tags: tagRules(config),
    signal,
  };
  return { asked, config, manifest, engine, opening, overlay: tokens.overlay, companions, planInput, warnings };
}

/** An own target has an address when it has answered. */
function beginToOpen(open: (addressed: (baseUrl: string) => void) => Promise<RunTarget>) {
  let addressed: (baseUrl: string) => void = () => {};
  const address = new Promise<string>((resolve) => {
    addressed = resolve;
  });
  const opening = open(addressed);
  // Whoever waits for the target sees it; until then it may fail.
  opening.catch(() => {});
  return { opening, baseUrl: Promise.race([address, opening.then((target) => target.baseUrl)]) };
}
