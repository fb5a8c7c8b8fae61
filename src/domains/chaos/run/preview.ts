import { relative } from 'node:path';
import type { Preview, PreviewAsked } from '../../companion.ts';
import { requireControls } from '../experiment/controls.ts';
import { faultProblems, faultWarnings, wantedFaults } from '../experiment/fault-rules.ts';
import type { Experiment } from '../experiment/format.ts';
import { loadExperiment } from '../experiment/load.ts';
import { requireFaults } from '../experiment/require.ts';
import { weaknesses } from '../experiment/weak-hypothesis.ts';
import { faults } from '../faults/index.ts';
import { configuredComponents } from './components.ts';
import { hostsOf } from './hosts.ts';
import { readChaosPlan } from './plan.ts';
import { firstStartMs, hasTimeAt } from './schedule.ts';
import { takenListens } from './taken-listens.ts';

/**
 * The experiments that a run would have, and why it would not have others, as far as that is known without starting or asking anything (that an
 * address is free is tried): a later start
 * is by what the experiments say of their own length, and is the earliest.
 * @throws ShakedownError CHAOS_PLAN
 */
export async function previewChaos(named: readonly string[], asked: PreviewAsked): Promise<Preview> {
  const { config, folder, durationMs } = asked;
  const bundled = config.target.sample !== null;
  const plan = await readChaosPlan(named, folder, bundled);
  const items: Preview['items'] = [];
  const titles = new Set<string>();
  let nextMs = plan.startMs ?? firstStartMs(durationMs);
  for (const { file, notBeforeMs, optional } of plan.files) {
    const shown = relative(folder, file);
    const experiment = await readExperiment(file);
    if (typeof experiment === 'string') {
      items.push({ what: shown, atMs: null, why: experiment, loss: 'mistake' });
      continue;
    }
    const what = `${experiment.title} (${shown})${faultWords(experiment)}`;
    const problem = titles.has(experiment.title) ? 'another has the same title' : problemOf(experiment, bundled, asked);
    titles.add(experiment.title);
    const atMs = Math.max(nextMs, notBeforeMs ?? 0);
    const late = `there is no time left for it${optional ? ', which is no loss, as it is optional' : ''}`;
    const why = problem ?? (hasTimeAt(atMs, durationMs) ? null : late);
    const loss = problem !== null ? 'mistake' : why !== null && !optional ? 'open' : undefined;
    items.push({ what, atMs: why === null ? atMs : null, why, ...(loss === undefined ? {} : { loss }) });
    for (const { where, message } of [...weaknesses(experiment), ...faultWarnings(experiment, faults)]) {
      items.push({ what: `warning: ${shown}: ${where}: ${message}`, atMs: null, why: null });
    }
    if (why === null) nextMs = atMs + leastMs(experiment) + plan.pauseMs;
  }
  for (const { name, why } of await takenListens(config.chaos)) {
    items.push({
      what: `chaos.components.${name}, without which no experiment runs`,
      atMs: null,
      why,
      loss: 'mistake',
    });
  }
  return { title: 'Experiments', items };
}

/** Text: why it cannot be read. */
async function readExperiment(file: string): Promise<Experiment | string> {
  return loadExperiment(file).catch((error: Error) => error.message);
}

function problemOf(experiment: Experiment, bundled: boolean, { config }: PreviewAsked): string | null {
  try {
    const [problem] = faultProblems(experiment, faults);
    if (problem !== undefined) return problem;
    requireControls([experiment], config.chaos.withoutControls);
    // What the sample system consists of is known when it is there.
    if (!bundled) requireFaults([experiment], configuredComponents(config.chaos, hostsOf(config)));
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function faultWords(experiment: Experiment): string {
  const words = wantedFaults(experiment).map(({ fault, component, seconds }) =>
    typeof seconds === 'number' ? `${fault} on ${component} for ${seconds} s` : `${fault} on ${component}`,
  );
  return words.length === 0 ? '' : `: ${words.join(', ')}`;
}

/** Its faults that last, and its pauses. */
function leastMs({ method, rollbacks }: Experiment): number {
  const faults = wantedFaults({ method, rollbacks } as Experiment).map(({ seconds }) => Number(seconds));
  const pauses = [...method, ...rollbacks].flatMap(
    ({
      activity: {
        pauses: { before, after },
      },
    }) => [before, after],
  );
  // Values of the experiment's configuration are known only when it runs.
  const known = [...faults, ...pauses.map(Number)].filter((each) => each > 0);
  return 1000 * known.reduce((sum, each) => sum + each, 0);
}
