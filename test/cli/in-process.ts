import pc from 'picocolors';
import { reportFailure } from '../../src/cli/failure.ts';
import { createProgram } from '../../src/cli/program.ts';
import type { Domain } from '../../src/domains/domain.ts';
import { type ExitCode, exitCodes } from '../../src/model/error.ts';
import type { Terminal } from '../../src/report-kit/terminal/terminal.ts';
import { domains } from '../../src/run/domains.ts';

/** Runs a command line within this process, as `src/cli/main.ts` does; off a terminal, without colours. */
export async function runInProcess(
  args: readonly string[],
  table: readonly Domain[] = domains,
): Promise<{ code: ExitCode; stdout: string; stderr: string }> {
  const output = { stdout: '', stderr: '' };
  const terminal: Terminal = {
    out(text) {
      output.stdout += text;
    },
    err(text) {
      output.stderr += text;
    },
    outColors: pc.createColors(false),
    errColors: pc.createColors(false),
    live: false,
    unicode: true,
    outColumns: () => 100,
    errColumns: () => 100,
  };
  let code: ExitCode = exitCodes.ready;
  const setExitCode = (given: ExitCode) => {
    code = given;
  };
  try {
    await createProgram({ domains: table, terminal, setExitCode }).parseAsync(args.length === 0 ? ['--help'] : args, {
      from: 'user',
    });
  } catch (error) {
    code = reportFailure(error, terminal, false);
  }
  return { code, ...output };
}
