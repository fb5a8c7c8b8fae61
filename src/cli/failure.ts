import { CommanderError } from 'commander';
import { type ExitCode, exitCodes, ShakedownError } from '../model/error.ts';
import type { Terminal } from '../report-kit/terminal/terminal.ts';
import { readable } from '../report-kit/text.ts';

/**
 * Shows the user what went wrong, in one line where it was expected, and gives the exit code.
 * @param verbose also the stack, for a report of a bug
 */
export function reportFailure(error: unknown, terminal: Terminal, verbose: boolean): ExitCode {
  const { red, dim, bold } = terminal.errColors;
  const known = expected(error);
  if (known !== undefined) {
    terminal.err(`${red('error')} ${bold(known.code)}: ${lines(known.message)}\n`);
    if (known.hint) terminal.err(`${dim('hint:')} ${lines(known.hint)}\n`);
    if (verbose) terminal.err(`${dim(stackOf(error))}\n`);
    return known.exitCode;
  }
  if (error instanceof CommanderError) {
    // Help and version were asked for and are written already.
    if (error.exitCode === 0) return exitCodes.ready;
    // A command that only groups others: its help is written already.
    if (error.code === 'commander.help') return exitCodes.usage;
    const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
    const said = [first, ...rest.map((line) => line.replace(/^\((.*)\)$/, '$1').toLowerCase())].join('; ');
    terminal.err(`${red('error')} ${bold('USAGE')}: ${lines(said)}\n`);
    terminal.err(`${dim('hint:')} \`shakedown --help\` and \`shakedown <command> --help\` list what there is.\n`);
    return exitCodes.usage;
  }
  const missing = /^Cannot find package '([^']+)'/.exec(messageOf(error))?.[1];
  if (missing !== undefined) {
    terminal.err(`${red('error')} ${bold('PACKAGE_MISSING')}: ${lines(missing)} is not installed.\n`);
    terminal.err(`${dim('hint:')} Run \`npm ci\` in the folder of Shakedown, or install the package anew.\n`);
    return exitCodes.missingProgram;
  }
  terminal.err(`${red('error')} ${bold('INTERNAL')}: ${lines(messageOf(error))}\n`);
  terminal.err(
    verbose
      ? `${dim(stackOf(error))}\n`
      : `${dim('hint:')} This is a fault of Shakedown. Run it again with --verbose and report what it says.\n`,
  );
  return exitCodes.internal;
}

/** The failure that was foreseen. Teardown may have failed after what really went wrong, which comes first. */
function expected(error: unknown): ShakedownError | undefined {
  if (error instanceof ShakedownError) return error;
  if (error instanceof AggregateError) return expected(error.errors[0]);
  // What Node's own functions throw when a signal fires.
  return error instanceof Error && error.name === 'AbortError' ? expected(error.cause) : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${inner}`;
}

/** Keeps line breaks, makes everything else that a terminal might act on visible. */
function lines(text: string): string {
  return text.split('\n').map(readable).join('\n');
}
