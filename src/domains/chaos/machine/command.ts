import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ShakedownError } from '../../../model/error.ts';

export interface CommandEnd {
  /** Null: it could not be started, was killed or took too long. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, which is never later than `timeoutMs`; never rejects. */
export function runCommand(argv: readonly string[], timeoutMs = 10_000): Promise<CommandEnd> {
  const [program = '', ...args] = argv;
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 4_000_000 },
      (error, stdout, stderr) => {
        const failed = error as (Error & { code?: number | string }) | null;
        const code = failed === null ? 0 : typeof failed.code === 'number' ? failed.code : null;
        const why = code === null ? (failed?.code === 'ENOENT' ? `${program} is not installed` : failed?.message) : '';
        resolve({ code, stdout, stderr: stderr.trim() || (why ?? '') });
      },
    );
  });
}

/**
 * The same for a step that must work.
 * @returns what it wrote
 * @throws ShakedownError FAULT_COMMAND with the program's own last words
 */
export async function mustRun(argv: readonly string[], timeoutMs?: number): Promise<string> {
  const { code, stdout, stderr } = await runCommand(argv, timeoutMs);
  if (code === 0) return stdout;
  const words = stderr.split('\n').at(-1) || `it ended with ${code}`;
  throw new ShakedownError('FAULT_COMMAND', `\`${argv.join(' ')}\` failed: ${words}`);
}

/** Absolute path of a program; null where PATH (and the folders of system programs) has none. */
function findProgram(name: string): string | null {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']) {
    if (folder === '') continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The next one.
    }
  }
  return null;
}

/** What to say where one of these programs is missing; null: all are there. */
export function missingProgram(wanted: Record<string, string>): string | null {
  for (const [name, debianPackage] of Object.entries(wanted)) {
    if (findProgram(name) === null) return `${name} is not installed: install it (Debian's package ${debianPackage})`;
  }
  return null;
}

/** Root may change network, control groups and other people's processes. */
export function notRoot(what: string): string | null {
  return process.getuid?.() === 0 ? null : `${what} needs root: run as root, or leave this fault out`;
}
