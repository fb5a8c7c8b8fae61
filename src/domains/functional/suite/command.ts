import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';

const graceMs = 3000;
/** Of what a suite prints, so much is kept from the beginning and so much from the end. */
const headBytes = 2_000_000;
const tailBytes = 200_000;

export interface CommandStart {
  /** A list is a program and its arguments; a text goes through the shell. */
  readonly command: readonly string[] | string;
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** File for what it prints. */
  readonly log: string;
  /** File for its standard output alone, and how much of it is kept; null: not wanted. */
  readonly output: { readonly file: string; readonly mostBytes: number } | null;
  /** Told at once of the group that it runs in. */
  started?(group: number): void;
  /** Taken out of what is kept. */
  redact(text: string): string;
}

export interface CommandEnd {
  readonly how: 'ended' | 'signal' | 'timeout' | 'interrupted' | 'not-started';
  readonly code: number | null;
  /** The signal that ended it, or why it could not be started. */
  readonly detail: string | null;
  /** The last lines that it printed. */
  readonly last: readonly string[];
  /** Bytes that were printed and not kept. */
  readonly droppedBytes: number;
  /** Its output was longer than what is kept of it. */
  readonly isOutputCut: boolean;
}

/**
 * Runs a suite's command in a process group of its own. Past its time, and at Ctrl-C, the group is asked to end and killed three seconds later; what is
 * left of the group when the command itself has ended is killed as well, so that nothing goes on behind the next suite.
 */
export async function runCommand(start: CommandStart): Promise<CommandEnd> {
  const [program, args] =
    typeof start.command === 'string'
      ? ['/bin/sh', ['-c', start.command]]
      : [start.command[0] ?? '', start.command.slice(1)];
  const log = new KeptLog(start.log, start.redact);
  const output =
    start.output === null ? null : { stream: createWriteStream(start.output.file), left: start.output.mostBytes };
  let isOutputCut = false;
  // A full disk: what is kept of its output is not all of it.
  output?.stream.on('error', () => {
    isOutputCut = true;
  });
  const child = spawn(program, args, {
    cwd: start.folder,
    env: start.environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) start.started?.(child.pid);
  const kill = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // Gone already.
    }
  };
  child.stdout.on('data', (data: Buffer) => {
    log.add(data);
    if (output === null) return;
    if (data.length > output.left) isOutputCut = true;
    if (output.left > 0) output.stream.write(data.subarray(0, output.left));
    output.left -= data.length;
  });
  child.stderr.on('data', (data: Buffer) => log.add(data));

  let cause: 'timeout' | 'interrupted' | null = null;
  let forced: NodeJS.Timeout | undefined;
  const end = (why: 'timeout' | 'interrupted') => {
    if (cause !== null) return;
    cause = why;
    kill('SIGTERM');
    forced = setTimeout(() => kill('SIGKILL'), graceMs);
  };
  const timer = setTimeout(() => end('timeout'), Math.min(start.timeoutMs, 2 ** 31 - 1));
  const aborted = () => end('interrupted');
  if (start.signal.aborted) aborted();
  start.signal.addEventListener('abort', aborted, { once: true });

  const ended = await new Promise<Pick<CommandEnd, 'how' | 'code' | 'detail'>>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const detail = error.code === 'ENOENT' ? `${program} or its folder is not there` : error.message;
      resolve({ how: 'not-started', code: null, detail });
    });
    child.once('exit', (code, name) => {
      kill('SIGKILL');
      const how = cause ?? (name === null ? 'ended' : 'signal');
      // What is still in the pipes is waited for; one that left the group and holds them is not.
      const give = setTimeout(() => resolve({ how, code, detail: name }), 500);
      child.once('close', () => {
        clearTimeout(give);
        resolve({ how, code, detail: name });
      });
    });
  });
  clearTimeout(timer);
  clearTimeout(forced);
  start.signal.removeEventListener('abort', aborted);
  child.stdout.destroy();
  child.stderr.destroy();
  if (output !== null) {
    const closed = once(output.stream, 'close');
    output.stream.end();
    await closed.catch(() => {});
  }
  const { last, droppedBytes } = await log.end();
  return { ...ended, last, droppedBytes, isOutputCut };
}

/** What was printed: its beginning as it comes, and its end. */
class KeptLog {
  readonly #file: string;
  readonly #redact: (text: string) => string;
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #dropped = 0;

  constructor(file: string, redact: (text: string) => string) {
    this.#file = file;
    this.#redact = redact;
  }

  add(data: Buffer): void {
    const room = headBytes - this.#headBytes;
    const [first, rest] = [data.subarray(0, Math.max(0, room)), data.subarray(Math.max(0, room))];
    if (first.length > 0) {
      this.#head.push(first);
      this.#headBytes += first.length;
    }
    if (rest.length === 0) return;
    this.#tail.push(rest);
    this.#tailBytes += rest.length;
    while (this.#tailBytes - (this.#tail[0]?.length ?? 0) > tailBytes) {
      const gone = this.#tail.shift();
      this.#dropped += gone?.length ?? 0;
      this.#tailBytes -= gone?.length ?? 0;
    }
  }

  async end(): Promise<{ last: string[]; droppedBytes: number }> {
    const text = (pieces: readonly Buffer[]) => this.#redact(Buffer.concat(pieces).toString('utf8'));
    const gap = `\n… ${this.#dropped} bytes are left out here …\n`;
    // Where nothing is left out, a secret may stand across the two.
    const whole =
      this.#dropped > 0 ? `${text(this.#head)}${gap}${text(this.#tail)}` : text([...this.#head, ...this.#tail]);
    await writeFile(this.#file, whole);
    const last = whole
      .slice(-4000)
      .trimEnd()
      .split('\n')
      .slice(-8)
      .map((line) => line.slice(0, 300));
    return { last: last.filter((line) => line.trim() !== ''), droppedBytes: this.#dropped };
  }
}
