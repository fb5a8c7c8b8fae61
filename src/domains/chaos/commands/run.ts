import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { withTeardown } from '../../../evidence/teardown.ts';
import type { ExperimentResult } from '../../../model/chaos.ts';
import { type ExitCode, exitCodes, ShakedownError } from '../../../model/error.ts';
import { exitCodeOf } from '../../../model/verdict.ts';
import { readable } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import { loadControls } from '../experiment/control-file.ts';
import type { DryRun, HypothesisStrategy, RollbackStrategy } from '../experiment/format.ts';
import { allowing } from '../experiment/hosts.ts';
import type { ExperimentJournal } from '../experiment/journal.ts';
import { loadExperiment } from '../experiment/load.ts';
import { requireFaults, requirePython } from '../experiment/require.ts';
import { runExperiment } from '../experiment/run.ts';
import { readVariables } from '../experiment/variables.ts';
import { type AloneChaos, openAlone } from '../run/alone.ts';
import { configuredComponents } from '../run/components.ts';
import { experimentView } from './experiment-view.ts';

/** Options of `shakedown chaos run`, parsed. */
interface ChaosRunFlags {
  journalPath?: string;
  dry?: DryRun;
  hypothesisStrategy?: HypothesisStrategy;
  hypothesisFrequency: number;
  failFast?: boolean;
  rollbackStrategy?: RollbackStrategy;
  var?: string[];
  varFile?: string[];
  controlFile?: string[];
  withoutControl?: string[];
  allowHost?: string[];
  exitByVerdict?: boolean;
  json?: boolean;
}

/** `shakedown chaos run`: runs experiments, shows them, and writes their journals. */
export async function chaosRun([files]: [string[]], flags: ChaosRunFlags, services: Services): Promise<void> {
  const { terminal, setExitCode } = services;
  const { config } = await services.configuration();
  const variables = await readVariables(flags.var ?? [], flags.varFile ?? []);
  const controls = (await Promise.all((flags.controlFile ?? []).map(loadControls))).flat();
  const experiments = await asToolkit(Promise.all(files.map(loadExperiment)));
  // Under a configuration that names a target, only what it allows; else this machine.
  const loopback = config.target.baseUrl === null;
  const hosts = [...config.target.allowHosts, ...(flags.allowHost ?? []).map(lower)];
  const allows = allowing(hosts, loopback);
  const signal = services.interruption(() =>
    terminal.err('Ending in order: faults are taken away. Ctrl-C again ends at once.\n'),
  );
  const startedMs = performance.now();
  const now = () => performance.now() - startedMs;
  const warn = (message: string) => terminal.err(`${readable(message)}\n`);

  const outcomes: { journal: ExperimentJournal; result: ExperimentResult }[] = [];
  await requirePython(experiments, process.env, signal);
  const components = configuredComponents(config.chaos, hosts);
  // Where there are none, running them says what is needed.
  if (components.length > 0 && flags.dry === undefined) requireFaults(experiments, components);
  const runAll = async ({ injector, undo }: AloneChaos) => {
    for (const experiment of experiments) {
      if (signal.aborted) break;
      const journalFile = journalPath(experiment.file, flags.journalPath, files.length > 1);
      const outcome = await asToolkit(
        runExperiment(experiment, {
          injector,
          undo,
          variables,
          strategy: {
            hypothesis: flags.hypothesisStrategy,
            rollbacks: flags.rollbackStrategy,
            frequencySeconds: flags.hypothesisFrequency,
            failFast: flags.failFast ?? false,
          },
          dry: flags.dry ?? null,
          signal,
          now,
          on: experimentView(terminal),
          allows,
          controls,
          withoutControls: [...config.chaos.withoutControls, ...(flags.withoutControl ?? [])],
          file: relative(services.cwd, resolve(experiment.file)),
          journalFile,
        }),
      );
      await writeJournal(journalFile, outcome.journal);
      outcomes.push(outcome);
      const code = endOf(outcome, false);
      const note = code === endOf(outcome, true) || flags.exitByVerdict ? '' : `, exit code ${code} as Chaos Toolkit’s`;
      terminal.err(terminal.errColors.dim(`  journal in ${journalFile}${note}\n`));
    }
  };
  const isDry = flags.dry !== undefined;
  await withTeardown(async (teardown) =>
    runAll(await openAlone({ config, hosts, now, signal, teardown, warn, phase: warn, isDry, experiments })),
  );
  if (flags.json) {
    const journals = outcomes.map(({ journal }) => journal);
    terminal.out(`${JSON.stringify(files.length === 1 ? journals[0] : journals, null, 2)}\n`);
  }
  const codes = outcomes.map((outcome) => endOf(outcome, flags.exitByVerdict ?? false));
  const worst = [exitCodes.notReady, exitCodes.inconclusive].find((code) => codes.includes(code)) ?? exitCodes.ready;
  setExitCode(signal.aborted ? exitCodes.interrupted : worst);
}

const lower = (host: string) => host.toLowerCase();

/** As `chaos run` ends: 1 unless it completed and did not deviate. A fault that was not seen has no counterpart there. */
function endOf(
  { journal, result }: { journal: ExperimentJournal; result: ExperimentResult },
  byVerdict: boolean,
): ExitCode {
  if (byVerdict) return exitCodeOf[result.verdict];
  if (journal.status !== 'completed' || journal.deviated) return exitCodes.notReady;
  return result.faults.some(({ proof }) => proof?.seen !== true) ? exitCodes.inconclusive : exitCodes.ready;
}

/** An experiment that cannot be run ends with 1, as with Chaos Toolkit; one that may not contact what it names with 2, as other configuration. */
async function asToolkit<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ShakedownError) || !error.code.startsWith('EXPERIMENT_')) throw error;
    // What may be contacted is for the configuration to say: Chaos Toolkit knows of no such thing.
    if (error.code === 'EXPERIMENT_HOST') throw error;
    const { code, message, hint, cause } = error;
    throw new ShakedownError(code, message, {
      ...(hint === undefined ? {} : { hint }),
      cause,
      exitCode: exitCodes.notReady,
    });
  }
}

function journalPath(experiment: string, given: string | undefined, several: boolean): string {
  const path = given ?? 'journal.json';
  return several ? join(dirname(path), `${basename(experiment, extname(experiment))}.journal.json`) : path;
}

async function writeJournal(file: string, journal: ExperimentJournal): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(journal, null, 2)}\n`, { mode: 0o600 });
  } catch (cause) {
    throw new ShakedownError(
      'EXPERIMENT_JOURNAL',
      `The journal cannot be written to ${file}: ${(cause as Error).message}.`,
      {
        cause,
      },
    );
  }
}
