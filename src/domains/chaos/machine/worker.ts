import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { ShakedownError } from '../../../model/error.ts';
import type { UndoEntry, UndoList } from '../undo.ts';
import { familyOf, startTicksOf } from './process.ts';

/** A program that makes pressure: started, but waiting for the word to begin. */
export interface Worker {
  pid: number;
  /** On the undo list since before it began. */
  undo: UndoEntry;
  begin(): void;
  /** Ends it and all that it started. */
  end(): Promise<void>;
}

/**
 * A shell that becomes the program, and so keeps its pid and its time of start. Beside it another lives by the pipe from the harness, which the
 * kernel closes when the harness is gone, however it went; then it ends the program.
 */
const script = `exec 3<&0
IFS='
'
for group in $1; do echo $$ > "$group" || exit 1; done
shift
read -r word <&3 && test "$word" = go || exit 0
(read -r word <&3 || { kill -TERM $$; sleep 0.3; kill -KILL $$; }) </dev/null >/dev/null 2>&1 &
exec "$@" </dev/null 3<&-`;

/**
 * Starts a program that does nothing until `begin()`, so that its end is on the undo list before it acts. When the harness is gone, before
 * that or after, it ends by itself.
 * @param groups folders of control groups that it joins first
 * @param scratch a folder that is made for it, and removed with all that it left there
 * @throws ShakedownError FAULT_WORKER when it could not be started
 */
export async function startWorker(
  title: string,
  argv: readonly string[],
  groups: readonly string[],
  scratch: string,
  undo: UndoList,
): Promise<Worker> {
  const child = spawn(
    '/bin/sh',
    ['-c', script, 'sh', groups.map((group) => `${group}/cgroup.procs`).join('\n'), ...argv],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    },
  );
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const pid = child.pid ?? -1;
  const startTicks = startTicksOf(pid);
  if (startTicks === null) throw new ShakedownError('FAULT_WORKER', `${argv[0]} could not be started.`);
  const step = { kind: 'signal', pid, startTicks } as const;
  const entry = await undo
    .add(title, [
      // Asked to end it ends its own children; killed, the kernel does.
      { ...step, signal: 'SIGTERM' },
      { ...step, signal: 'SIGKILL' },
      { kind: 'command', argv: ['rm', '-rf', scratch], okExits: [0] },
    ])
    .catch((error: unknown) => {
      child.stdin.destroy();
      throw error;
    });
  await mkdir(scratch);
  return {
    pid,
    undo: entry,
    begin() {
      child.stdin.write('go\n');
    },
    async end() {
      const family = familyOf(pid);
      child.stdin.end('over\n');
      child.kill('SIGTERM');
      await gone(child, family);
      await entry.run();
    },
  };
}

async function gone(child: ChildProcess, family: readonly number[]): Promise<void> {
  const deadline = Date.now() + 3000;
  for (;;) {
    const left = family.filter((pid) => startTicksOf(pid) !== null);
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (left.length === 0 && ended) return;
    if (Date.now() > deadline) {
      for (const pid of left) killQuietly(pid);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}
