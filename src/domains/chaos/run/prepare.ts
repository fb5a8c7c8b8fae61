import { relative } from 'node:path';
import { ShakedownError } from '../../../model/error.ts';
import type { Program } from '../../../model/results.ts';
import type { Asked } from '../../companion.ts';
import { requireControls } from '../experiment/controls.ts';
import type { Experiment } from '../experiment/format.ts';
import { loadExperiment } from '../experiment/load.ts';
import { requireFaults, requirePython } from '../experiment/require.ts';
import { configuredComponents } from './components.ts';
import { hostsOf } from './hosts.ts';
import { warnOfLinks } from './links-ready.ts';
import { readChaosPlan } from './plan.ts';
import { programOf, startLinks, startOwnToxiproxy } from './started-links.ts';

/** Experiments read and found valid, and what they need beside the target. */
export interface PreparedChaos {
  /** `optional`: that there is no time for it is no loss. */
  experiments: { experiment: Experiment; file: string; notBeforeMs: number | null; optional: boolean }[];
  startMs: number | null;
  pauseMs: number;
  /** Where connections of the sample system are to go through; null: not the sample system. */
  toxiproxyUrl: string | null;
  /** API of the Toxiproxy that was started for links of the configuration; null: none asks for it. */
  startedUrl: string | null;
  programs: Program[];
}

/**
 * Reads the experiments of a run, and starts a Toxiproxy for links that ask for one. For the sample system starts one that its connections go
 * through, faults or not.
 * @throws ShakedownError CHAOS_PLAN, EXPERIMENT_…, TOXIPROXY_MISSING, TOXIPROXY_FAILED
 */
export async function prepareChaos(named: readonly string[], asked: Asked): Promise<PreparedChaos> {
  const { folder, config, signal } = asked;
  const bundled = config.target.sample !== null;
  const plan = await readChaosPlan(named, folder, bundled);
  const experiments: PreparedChaos['experiments'] = [];
  const titles = new Set<string>();
  for (const { file, notBeforeMs, optional } of plan.files) {
    const experiment = await loadExperiment(file);
    // Journal and report distinguish experiments by their titles.
    if (titles.has(experiment.title)) {
      throw new ShakedownError(
        'CHAOS_PLAN',
        `Two experiments are called ${JSON.stringify(experiment.title)}: ${file} is one.`,
        {
          hint: 'Give each a title of its own, and name each but once.',
        },
      );
    }
    titles.add(experiment.title);
    experiments.push({ experiment, file: relative(folder, file), notBeforeMs, optional });
  }
  const all = experiments.map(({ experiment }) => experiment);
  requireControls(all, config.chaos.withoutControls);
  await requirePython(all, process.env, signal);
  // What the sample system consists of is known when it is there.
  if (!bundled) requireFaults(all, configuredComponents(config.chaos, hostsOf(config)));
  const prepared = { experiments, startMs: plan.startMs, pauseMs: plan.pauseMs };
  const started = await startLinks(config.chaos, asked);
  const programs = started?.programs ?? [];
  const startedUrl = started?.url ?? null;
  if (!bundled) {
    await warnOfLinks(configuredComponents(config.chaos, hostsOf(config), startedUrl ?? undefined), asked.warn);
    return { ...prepared, toxiproxyUrl: null, startedUrl, programs };
  }
  const { toxiproxy, program } = await startOwnToxiproxy(asked);
  return { ...prepared, toxiproxyUrl: toxiproxy.url, startedUrl, programs: [programOf(program)] };
}
