import { type Command, Option } from 'commander';
import { dryRuns, hypothesisStrategies, rollbackStrategies } from '../domains/chaos/experiment/format.ts';
import * as parse from './options.ts';
import type { CommandContext } from './program.ts';

const collect = (value: string, before: string[] = []) => [...before, value];

/** Adds `run`, `validate` and `list` to `shakedown chaos`; the options of `run` are those of Chaos Toolkit's, and some more. */
export function addExperiments(chaos: Command, context: CommandContext): void {
  chaos
    .command('run')
    .description(
      'run experiments in Chaos Toolkit’s format one after another; ends with 0, or with 1 where one failed or deviated',
    )
    .argument('<files...>', 'experiments, .json or .yaml')
    .option('--config <file>', 'configuration file; else shakedown.config.* here')
    .option('--journal-path <file>', 'where the journal goes (default: journal.json; of several: <name>.journal.json)')
    .addOption(new Option('--dry <what>', 'go through it without doing these').choices(dryRuns))
    .addOption(new Option('--hypothesis-strategy <name>', 'when it is checked').choices(hypothesisStrategies))
    .option('--hypothesis-frequency <seconds>', 'between two checks during the method', parse.positiveNumber, 1)
    .option('--fail-fast', 'end the method at the first check during it that is not met')
    .addOption(
      new Option('--rollback-strategy <name>', 'when rollbacks are played (default: always)').choices(
        rollbackStrategies,
      ),
    )
    .option('--var <name[:type]=value>', 'value for the configuration; may be given again', collect)
    .option('--var-file <file>', 'values for configuration, secrets or environment; may be given again', collect)
    .option('--control-file <file>', 'controls for every experiment; may be given again', collect)
    .option('--allow-host <host>', 'host that may be contacted besides this machine; may be given again', collect)
    .option('--exit-by-verdict', 'end with 0 pass, 1 fail, 3 inconclusive, instead of Chaos Toolkit’s codes')
    .option('--json', 'print the journals as JSON on stdout and nothing else there')
    .action(async (files, options) => (await import('./commands/chaos-run.ts')).chaosRun(files, options, context));
  chaos
    .command('validate')
    .description('say what is wrong with experiments, all of it, and where')
    .argument('<files...>', 'experiments, .json or .yaml')
    .action(async (files) => (await import('./commands/chaos-list.ts')).chaosValidate(files, context));
  chaos
    .command('list')
    .description('print the experiments of a folder')
    .argument('[folder]', 'where they are', 'chaos/experiments')
    .option('--json', 'print them as JSON')
    .action(async (folder, options) => (await import('./commands/chaos-list.ts')).chaosList(folder, options, context));
}
