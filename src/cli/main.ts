import { type ExitCode, exitCodes } from '../model/error.ts';
import { domains } from '../run/domains.ts';
import { reportFailure } from './failure.ts';
import { createProgram } from './program.ts';
import { processTerminal } from './terminal.ts';
import { catchUncaught, uncaughtError } from './uncaught.ts';

/** The code with which Node ends where what is waited for can come no more. */
const unsettled = 13;

const terminal = processTerminal();
const args = process.argv.slice(2);
const verbose = args.includes('--verbose') || Boolean(process.env.SHAKEDOWN_DEBUG);
let exitCode: ExitCode = exitCodes.internal;
const internal = (error: unknown) => {
  reportFailure(error, terminal, verbose);
  return exitCodes.internal;
};
catchUncaught((error) => process.exit(internal(error)));
process.on('exit', () => {
  if (process.exitCode !== unsettled) return;
  process.exitCode = internal(new Error('The command did not finish: there is nothing left for it to wait for.'));
});
try {
  const program = createProgram({
    domains,
    terminal,
    setExitCode(code) {
      exitCode = code;
    },
  });
  exitCode = exitCodes.ready;
  await program.parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' });
} catch (error) {
  // An error that nobody caught is reported below.
  if (uncaughtError() === null) exitCode = reportFailure(error, terminal, verbose);
}
const uncaught = uncaughtError();
if (uncaught !== null) exitCode = internal(uncaught.error);
// Set, not called: what is still in the pipes is written first. A handle that someone forgot must not keep a finished command alive.
process.exitCode = exitCode;
setTimeout(() => process.exit(exitCode), 3000).unref();
