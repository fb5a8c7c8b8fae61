import { type ExitCode, exitCodes, ShakedownError } from '../model/error.ts';
import { reportFailure } from './failure.ts';
import { followParent } from './parent.ts';
import { createProgram } from './program.ts';
import { processTerminal } from './terminal.ts';
import { catchUncaught, uncaughtError } from './uncaught.ts';

/** The code with which Node ends where what is waited for can come no more. */
const unsettled = 13;

const terminal = processTerminal();
const args = process.argv.slice(2);
const verbose = args.includes('--verbose') || Boolean(process.env.SHAKEDOWN_DEBUG);
/** Certificates are verified without any of them, and in a moment. */
const allDomains = async () => (await import('../run/domains.ts')).domains;
let exitCode: ExitCode = exitCodes.internal;
/** An error that nobody caught is a fault of Shakedown, but for those of the user's own configuration module. */
const unexpected = (error: unknown) => {
  const code = reportFailure(error, terminal, verbose);
  return error instanceof ShakedownError ? code : exitCodes.internal;
};
followParent();
let isFinished = false;
catchUncaught((error) => {
  isFinished = true;
  process.exit(unexpected(error));
});
process.on('exit', (code) => {
  // A module of the user's own may end the process, with a code that would be read as a verdict.
  const isOurs = isFinished || [exitCodes.internal, exitCodes.interrupted, unsettled].includes(code);
  if (!isOurs) {
    const error = new ShakedownError(
      'ENDED_EARLY',
      `process.exit(${code}) was called before the command had finished.`,
      {
        hint: 'Shakedown did not call it: look into the configuration, and the modules that it imports.',
      },
    );
    process.exitCode = reportFailure(error, terminal, verbose);
    return;
  }
  if (process.exitCode !== unsettled) return;
  process.exitCode = unexpected(new Error('The command did not finish: there is nothing left for it to wait for.'));
});
try {
  const program = createProgram({
    domains: args[0] === 'verify' ? [] : await allDomains(),
    allDomains,
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
if (uncaught !== null) exitCode = unexpected(uncaught.error);
// Set, not called: what is still in the pipes is written first. A handle that someone forgot must not keep a finished command alive.
isFinished = true;
process.exitCode = exitCode;
setTimeout(() => process.exit(exitCode), 3000).unref();
