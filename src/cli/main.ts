import { type ExitCode, exitCodes } from '../model/error.ts';
import { domains } from '../run/domains.ts';
import { reportFailure } from './failure.ts';
import { createProgram } from './program.ts';
import { processTerminal } from './terminal.ts';

const terminal = processTerminal();
const args = process.argv.slice(2);
const verbose = args.includes('--verbose') || Boolean(process.env.SHAKEDOWN_DEBUG);
let exitCode: ExitCode = exitCodes.internal;
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
  exitCode = reportFailure(error, terminal, verbose);
}
// Set, not called: what is still in the pipes is written first. A handle that someone forgot must not keep a finished command alive.
process.exitCode = exitCode;
setTimeout(() => process.exit(exitCode), 3000).unref();
