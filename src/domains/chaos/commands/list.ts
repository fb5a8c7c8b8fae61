import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { ShakedownError } from '../../../model/error.ts';
import { readable } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import { faultProblems, wantedFaults } from '../experiment/fault-rules.ts';
import type { Experiment } from '../experiment/format.ts';
import { loadExperiment } from '../experiment/load.ts';
import { faults } from '../faults/index.ts';

/** `shakedown chaos list`: the experiments of a folder with their titles. */
export async function chaosList([folder]: [string], flags: { json?: boolean }, { terminal }: Services): Promise<void> {
  const names = await readdir(folder).catch((cause: Error) => {
    throw new ShakedownError('EXPERIMENT_FILE', `${folder} cannot be read: ${cause.message}.`, {
      hint: 'Name the folder of your experiments; `shakedown init` writes some.',
      cause,
    });
  });
  const files = names.filter((name) => ['.json', '.yaml', '.yml'].includes(extname(name))).sort();
  const read = await Promise.all(
    files.map(async (name) => ({ file: join(folder, name), ...(await readOne(join(folder, name))) })),
  );
  if (flags.json) {
    const listed = read.map(({ file, experiment, problem }) => ({
      file,
      title: experiment?.title ?? null,
      description: experiment?.description ?? null,
      tags: experiment?.tags ?? [],
      faults: experiment === null ? [] : faultsOf(experiment),
      problem,
    }));
    terminal.out(`${JSON.stringify(listed, null, 1)}\n`);
    return;
  }
  const { bold, dim, red } = terminal.outColors;
  for (const { file, experiment, problem } of read) {
    if (experiment === null) terminal.out(`${file}  ${red(readable(problem?.split('\n')[0] ?? ''))}\n`);
    else terminal.out(`${file}  ${bold(readable(experiment.title))}  ${dim(faultsOf(experiment).join(', '))}\n`);
  }
  if (read.length === 0) terminal.err(`There is no experiment in ${folder}.\n`);
  terminal.out(`\n${bold('Faults')} that experiments can inject, by the node provider\n`);
  for (const fault of faults) {
    const given = Object.keys((fault.schema as { shape?: object }).shape ?? {}).join(', ');
    terminal.out(
      `  ${fault.name.padEnd(20)} ${fault.title} ${dim(`on ${fault.on.join(', ')}${given && `; ${given}`}`)}\n`,
    );
  }
}

type Read = { experiment: Experiment; problem: null } | { experiment: null; problem: string };

async function readOne(file: string): Promise<Read> {
  try {
    const experiment = await loadExperiment(file);
    const [problem] = faultProblems(experiment, faults);
    return problem === undefined
      ? { experiment, problem: null }
      : { experiment: null, problem: `${file}: ${problem}.` };
  } catch (error) {
    if (!(error instanceof ShakedownError)) throw error;
    return { experiment: null, problem: error.message.includes(file) ? error.message : `${file}: ${error.message}` };
  }
}

/** `latency on shop-1 to database`, for each fault of ours that it injects. */
const faultsOf = (experiment: Experiment) =>
  wantedFaults(experiment).map(({ fault, component }) => readable(`${fault} on ${component}`));
