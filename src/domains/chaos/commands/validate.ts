import type { ResolvedConfig } from '../../../model/config.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import { mark } from '../../../report-kit/terminal/marks.ts';
import { readable } from '../../../report-kit/text.ts';
import type { LoadedConfig, Services } from '../../command.ts';
import { allowing } from '../experiment/hosts.ts';
import { type Ground, validateExperiment } from '../experiment/validate.ts';
import { readVariables } from '../experiment/variables.ts';
import type { Component } from '../fault.ts';
import { configuredComponents } from '../run/components.ts';

/** Longest that Python is asked for the functions of its modules. */
const pythonMs = 120_000;

/** Options of `shakedown chaos validate`, parsed. */
interface ValidateFlags {
  var?: string[];
  varFile?: string[];
  allowHost?: string[];
  withoutControl?: string[];
}

/**
 * `shakedown chaos validate`: everything that is wrong with experiments and with what the configuration says may be broken, each with file, place and
 * what to do. Ends with 0: nothing is; 1: an experiment is not valid, as Chaos Toolkit does; 2: the configuration is not. Warnings change nothing.
 */
export async function chaosValidate([files]: [string[]], flags: ValidateFlags, services: Services): Promise<void> {
  const { terminal, setExitCode } = services;
  const { green, red, yellow, dim } = terminal.outColors;
  const line = (sign: string, text: string) => terminal.out(`${sign} ${text.split('\n').map(readable).join('\n  ')}\n`);
  const cross = red(mark('fail', terminal.unicode));

  const loaded = await services.configuration().catch((error: unknown) => {
    if (!(error instanceof ShakedownError)) throw error;
    return error;
  });
  const { ground, problems, note } = await groundOf(loaded, flags);
  for (const problem of problems) line(cross, problem);
  if (note !== null) terminal.err(`${dim(readable(note))}\n`);
  let isValid = true;
  for (const file of files) {
    const { experiment, problems, warnings } = await validateExperiment(file, ground);
    for (const problem of problems) line(cross, `${file}: ${problem}`);
    if (problems.length === 0)
      terminal.out(
        `${green(mark('pass', terminal.unicode))} ${readable(file)} ${dim(readable(experiment?.title ?? ''))}\n`,
      );
    else isValid = false;
    for (const { where, message } of warnings) line(yellow('!'), `${file}: ${where}: warning: ${message}.`);
  }
  if (problems.length > 0) setExitCode(exitCodes.usage);
  else if (!isValid) setExitCode(exitCodes.notReady);
}

interface Read {
  ground: Ground;
  /** Of the configuration. */
  problems: string[];
  /** What cannot be checked, and why; null: all is. */
  note: string | null;
}

async function groundOf(
  loaded: LoadedConfig | ShakedownError,
  { var: variables = [], varFile = [], allowHost = [], withoutControl = [] }: ValidateFlags,
): Promise<Read> {
  const shared = {
    variables: await readVariables(variables, varFile),
    environment: process.env,
    signal: AbortSignal.timeout(pythonMs),
  };
  if (loaded instanceof ShakedownError) {
    const { message, hint } = loaded;
    return {
      ground: { ...shared, components: null, allows: () => true, withoutControls: withoutControl },
      problems: [hint === undefined ? message : `${message} ${hint}`],
      note: 'As the configuration cannot be read, components and hosts are not checked.',
    };
  }
  const { config, file } = loaded;
  const hosts = [...config.target.allowHosts, ...allowHost.map((host) => host.toLowerCase())];
  const { components, problems } = componentsOf(config, hosts, file ?? '');
  const isSample = config.target.sample !== null;
  const note =
    file === null
      ? 'No configuration was found, so components are not checked; name one by --config.'
      : isSample
        ? 'The target is the sample system, whose components are known only when it runs, so they are not checked.'
        : null;
  return {
    ground: {
      ...shared,
      components: isSample ? null : components,
      allows: isSample && file !== null ? () => true : allowing(hosts, config.target.baseUrl === null),
      withoutControls: [...config.chaos.withoutControls, ...withoutControl],
    },
    problems,
    note,
  };
}

/** One at a time, so that one which is refused hides no other. */
function componentsOf(
  { chaos }: ResolvedConfig,
  hosts: readonly string[],
  file: string,
): { components: Component[]; problems: string[] } {
  const problems: string[] = [];
  const components = Object.entries(chaos.components).flatMap(([name, one]) => {
    try {
      return configuredComponents({ ...chaos, components: { [name]: one } }, hosts);
    } catch (error) {
      if (!(error instanceof ShakedownError)) throw error;
      problems.push(`${file}: ${error.message} ${error.hint ?? ''}`.trim());
      // That it is named is known all the same: experiments on it are not to be blamed.
      return configuredComponents({ ...chaos, components: { [name]: one } }, hosts, undefined, () => true);
    }
  });
  return { components, problems };
}
