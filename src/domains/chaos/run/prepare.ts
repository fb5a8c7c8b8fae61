import { relative } from 'node:path';
import { findToxiproxy } from '../../../environment/programs.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import type { Program } from '../../../model/results.ts';
import type { Asked } from '../../companion.ts';
import type { Experiment } from '../experiment/format.ts';
import { loadExperiment } from '../experiment/load.ts';
import { startToxiproxy } from '../toxiproxy/server.ts';
import { readChaosPlan } from './plan.ts';

/** Experiments read and found valid, and what they need beside the target. */
export interface PreparedChaos {
  experiments: { experiment: Experiment; file: string; notBeforeMs: number | null }[];
  startMs: number | null;
  pauseMs: number;
  whatFits: boolean;
  /** Where connections of the sample system are to go through; null: not the sample system. */
  toxiproxyUrl: string | null;
  programs: Program[];
}

/**
 * Reads the experiments of a run; for the sample system starts a Toxiproxy that its connections go through, faults or not.
 * @throws ShakedownError CHAOS_PLAN, EXPERIMENT_…, TOXIPROXY_MISSING, TOXIPROXY_FAILED
 */
export async function prepareChaos(named: readonly string[], asked: Asked): Promise<PreparedChaos> {
  const { folder, config, signal, teardown, phase, warn } = asked;
  const bundled = config.target.sample !== null;
  const plan = await readChaosPlan(named, folder, bundled);
  const experiments: PreparedChaos['experiments'] = [];
  const titles = new Set<string>();
  for (const { file, notBeforeMs } of plan.files) {
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
    experiments.push({ experiment, file: relative(folder, file), notBeforeMs });
  }
  const prepared = { experiments, startMs: plan.startMs, pauseMs: plan.pauseMs, whatFits: plan.whatFits };
  if (!bundled) return { ...prepared, toxiproxyUrl: null, programs: [] };
  phase('looking for Toxiproxy');
  const program = await findToxiproxy({ signal, onProgress: phase, onWarning: warn });
  if (program === null) {
    throw new ShakedownError('TOXIPROXY_MISSING', 'Toxiproxy is needed for faults of connections, and there is none.', {
      hint: 'Install toxiproxy-server, or name it by SHAKEDOWN_TOXIPROXY; or leave --chaos out.',
      exitCode: exitCodes.missingProgram,
    });
  }
  const toxiproxy = await startToxiproxy(program.path, signal);
  teardown.before('end Toxiproxy', () => toxiproxy.stop());
  return {
    ...prepared,
    toxiproxyUrl: toxiproxy.url,
    programs: [{ name: 'toxiproxy', version: program.version, origin: program.origin }],
  };
}
