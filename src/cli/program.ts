import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { CommandDeclaration, OptionDeclaration, Services } from '../domains/command.ts';
import { InvalidOption } from '../domains/option-values.ts';
import { ownVersion } from '../environment/own-files.ts';
import { firstError } from '../model/error.ts';
import { commandTable } from './commands.ts';
import { givenOptions, nameInCode, overridesOf, refuseTogether } from './given.ts';
import type { ProgramOptions } from './services.ts';

const exitCodesText = `
Exit codes: 0 passed or ready, 1 failed or not ready, 2 usage or configuration, 3 inconclusive,
4 a needed program is missing, 5 the target can't be reached, 70 internal, 130 interrupted.`;

/** The command line, made from the table of domains. What a command does is loaded when it is called, so that `--help` is quick. */
export function createProgram(options: ProgramOptions): Command {
  const { terminal } = options;
  const program = new Command('shakedown')
    .description(
      'Replays anonymized production traffic against a release candidate and says whether it may go to production.',
    )
    .version(ownVersion())
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    // A command may have a --version of its own.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      // failure.ts reports it, in the form of every other error.
      outputError: () => {},
      getOutHelpWidth: () => Math.min(terminal.outColumns(), 100),
      getErrHelpWidth: () => Math.min(terminal.errColumns(), 100),
    })
    .configureHelp({ showGlobalOptions: true })
    .option('--verbose', 'say more when something fails')
    .addHelpText('after', exitCodesText);
  for (const declaration of commandTable(options.domains)) addCommand(program, declaration, options);
  return program;
}

function addCommand(program: Command, declaration: CommandDeclaration, options: ProgramOptions): void {
  const { load } = declaration;
  const words = declaration.name.split(' ');
  const name = words.pop() ?? '';
  let group = program;
  for (const word of words) {
    group = group.commands.find((each) => each.name() === word) ?? group.command(word);
  }
  const command = group.command(name).description(declaration.help);
  for (const { flags, help, choices, default: initial } of declaration.arguments ?? []) {
    const argument = new Argument(flags, help).default(initial);
    command.addArgument(choices === undefined ? argument : argument.choices(choices));
  }
  for (const each of declaration.options ?? []) command.addOption(optionOf(each));
  if (load === undefined) return;
  // Read before anything is parsed (main.ts), wherever it stands.
  command.addOption(new Option('--verbose').hideHelp());
  command.action(async (...given: unknown[]) => {
    for (const each of declaration.options ?? []) withoutValue(command, each);
    const values = command.opts();
    const declared = givenOptions(command, declaration.options ?? []);
    refuseTogether(declared);
    const { servicesOf } = await import('./services.ts');
    const services = servicesOf(options, {
      file: values.config,
      overrides: overridesOf(declared, process.cwd()),
      table: commandTable(options.domains),
    });
    const action = (await load()) as (args: unknown[], values: object, services: Services) => Promise<void>;
    try {
      await action(given.slice(0, -2), values, services);
    } catch (error) {
      await services.notices.broken(firstError(error).message);
      throw error;
    }
  });
}

/** `--chaos [what...]` alone names nothing: an empty list. */
function withoutValue(command: Command, declaration: OptionDeclaration): void {
  const name = nameInCode(declaration);
  const isList = declaration.flags.endsWith('...]');
  if (isList && command.getOptionValue(name) === true) command.setOptionValueWithSource(name, [], 'cli');
}

function optionOf({ flags, help, choices, default: initial, mandatory, parse }: OptionDeclaration): Option {
  const option = new Option(flags, help);
  if (choices !== undefined) option.choices(choices);
  if (initial !== undefined) option.default(initial);
  if (mandatory) option.makeOptionMandatory();
  if (parse !== undefined) {
    option.argParser((text, before) => {
      try {
        return parse(text, before as never);
      } catch (error) {
        throw error instanceof InvalidOption ? new InvalidArgumentError(error.message) : error;
      }
    });
  }
  return option;
}
