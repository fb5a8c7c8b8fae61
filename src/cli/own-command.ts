import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { CommandDeclaration, Overrides } from '../domains/command.ts';
import type { DeclaredArtifact } from '../model/artifact.ts';
import { exitCodes, ShakedownError } from '../model/error.ts';
import { longOf } from './given.ts';

/** What is said of the candidate and of where runs go; all else is the other command's own. */
const carried = ['target.baseUrl', 'target.sample.defects', 'version', 'artifacts', 'reports.folder'];

/**
 * The options of another command by which it is about the same candidate.
 * @throws ShakedownError USAGE where it has no option for something that was said
 */
export function sameCandidate(
  words: readonly string[],
  { file, overrides }: { file: string | undefined; overrides: Overrides },
  table: readonly CommandDeclaration[],
): string[] {
  const command = table
    .filter(({ name }) => `${words.join(' ')} `.startsWith(`${name} `))
    .sort((a, b) => b.name.length - a.name.length)[0];
  const options = command?.options ?? [];
  const carriedNow = carried.flatMap((key) => {
    const value = overrides[key];
    if (value === undefined || value === null) return [];
    // A rehearsal's --version names a build that is deployed, and is no key of the configuration.
    const option = options.find((each) => each.key === key || longOf(each) === `--${key}`);
    if (option === undefined)
      throw new ShakedownError('USAGE', `shakedown ${command?.name ?? words.join(' ')} has no option for ${key}.`, {
        hint: `Set ${key} in the configuration.`,
      });
    const values =
      key === 'artifacts'
        ? (value as DeclaredArtifact[]).map(({ name, digest }) => `${name}=${digest}`)
        : [String(value)];
    return values.flatMap((each) => [longOf(option), each]);
  });
  return [...carriedNow, ...(file === undefined ? [] : ['--config', file])];
}

/**
 * Runs this program with other words, to its end. What it says of its progress is passed on; its report on stdout is not.
 * An interruption is passed on once, so that it ends in order.
 */
export function runOwnCommand(
  words: readonly string[],
  { signal, cwd, say }: { signal: AbortSignal; cwd: string; say(line: string): void },
): Promise<{ exitCode: number; error: string }> {
  return new Promise((resolve) => {
    const program = process.argv[1];
    if (program === undefined || signal.aborted) {
      resolve({ exitCode: exitCodes.interrupted, error: 'It was not begun.' });
      return;
    }
    // In a group of its own: a Ctrl-C at the terminal would reach it twice, and the second ends it at once.
    const child = spawn(process.execPath, [...process.execArgv, program, ...words], {
      ...{ cwd, detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
    });
    const interrupt = () => void child.kill('SIGINT');
    signal.addEventListener('abort', interrupt, { once: true });
    let last = '';
    if (child.stderr !== null)
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (line.trim() === '') return;
        last = line.trim();
        say(last);
      });
    const settle = (exitCode: number, error: string) => {
      signal.removeEventListener('abort', interrupt);
      resolve({ exitCode, error });
    };
    child.once('error', (cause) => settle(exitCodes.internal, cause.message));
    child.once('close', (code) => {
      const exitCode = code ?? exitCodes.internal;
      const isJudged = [exitCodes.ready, exitCodes.notReady, exitCodes.inconclusive].some((each) => each === exitCode);
      settle(exitCode, isJudged ? '' : last);
    });
  });
}
