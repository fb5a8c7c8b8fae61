import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { CommandDeclaration, Overrides } from '../domains/command.ts';
import type { CommandEnd, CommandRun } from '../domains/validation.ts';
import type { DeclaredArtifact } from '../model/artifact.ts';
import { exitCodes, ShakedownError } from '../model/error.ts';
import { longOf } from './given.ts';
import { announced, parentVariable } from './parent.ts';

/** What is said of the candidate and of where runs go; all else is the other command's own. */
const carried = ['target.baseUrl', 'target.sample.defects', 'version', 'artifacts', 'policy', 'reports.folder'];
/** Of these a command that makes no run has no need. */
const ofRuns = ['artifacts', 'policy', 'reports.folder'];

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
  const makesRuns = options.some(({ key }) => key === 'reports.folder');
  const carriedNow = carried.flatMap((key) => {
    const value = overrides[key];
    if (value === undefined || value === null || (ofRuns.includes(key) && !makesRuns)) return [];
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

/** As much of a command's report is kept where it is asked for. */
const outputBytesAtMost = 1_000_000;

/**
 * Runs this program with other words, to its end. What it says of its progress is passed on; its report on stdout is kept only where that is
 * asked for. An interruption is passed on once, so that it ends in order; where it takes longer than `graceMs` all of it is ended. It ends by
 * itself, in order, when this process is gone: see `followParent`.
 */
export function runOwnCommand(
  words: readonly string[],
  { signal, cwd, say, graceMs, keepsOutput = false, onProcess, onRun }: CommandRun,
  program: string | undefined = process.argv[1],
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    if (program === undefined || signal.aborted) {
      resolve({ exitCode: exitCodes.interrupted, error: 'It was not begun.', run: null, output: '' });
      return;
    }
    // In a group of its own: a Ctrl-C at the terminal would reach it twice, and the second ends it at once.
    const child = spawn(process.execPath, [...process.execArgv, program, ...words], {
      ...{ cwd, detached: true, stdio: ['ignore', keepsOutput ? 'pipe' : 'ignore', 'pipe', 'ipc'] },
      env: { ...process.env, [parentVariable]: String(process.pid) },
    });
    if (child.pid !== undefined) onProcess?.(child.pid);
    let run: string | null = null;
    child.on('message', (message) => {
      const found = announced(message);
      if (found === null || run !== null) return;
      run = found;
      onRun?.(found);
    });
    let kill: NodeJS.Timeout | undefined;
    const interrupt = () => {
      child.kill('SIGINT');
      if (graceMs !== undefined) kill = setTimeout(() => killGroup(child.pid), graceMs);
    };
    signal.addEventListener('abort', interrupt, { once: true });
    let [last, error, output] = ['', '', ''];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < outputBytesAtMost) output += text;
    });
    if (child.stderr !== null)
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (line.trim() === '') return;
        last = line.trim();
        // What went wrong stands above the hint, which is the last line.
        if (/^error [A-Z_]+: /.test(last)) error = last;
        say(last);
      });
    const settle = (exitCode: number, why: string) => {
      signal.removeEventListener('abort', interrupt);
      clearTimeout(kill);
      resolve({ exitCode, error: why, run, output });
    };
    child.once('error', (cause) => settle(exitCodes.internal, cause.message));
    child.once('close', (code) => {
      const exitCode = code ?? exitCodes.internal;
      const isJudged = [exitCodes.ready, exitCodes.notReady, exitCodes.inconclusive].some((each) => each === exitCode);
      settle(exitCode, isJudged ? '' : error || last);
    });
  });
}

/** It leads a group of its own, so all that it started and did not take out of it ends too. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
