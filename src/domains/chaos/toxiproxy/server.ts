import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../environment/free-port.ts';
import { identify } from '../../../evidence/process.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import { type Toxiproxy, toxiproxyAt } from './client.ts';

const startTimeoutMs = 15_000;
const startsInVain = 3;

export interface OwnToxiproxy extends Toxiproxy {
  readonly pid: number;
  /** Ends it, and every connection through it. Safe to call twice. */
  stop(): Promise<void>;
}

// The shell lives by its standard input, which the kernel closes when the harness is gone, even by SIGKILL; then it ends Toxiproxy.
const script = `trap '' INT TERM HUP
"$0" -host 127.0.0.1 -port "$1" -proxy-metrics </dev/null >/dev/null 2>&1 3>&- &
echo $!
read -r end
kill -9 $!
wait 2>/dev/null`;

/**
 * Starts a Toxiproxy on a free port of 127.0.0.1, which ends with this process, however that ends.
 * @param program path of `toxiproxy-server`
 * @throws ShakedownError TOXIPROXY_FAILED; the signal's reason when aborted
 */
export async function startToxiproxy(program: string, signal: AbortSignal): Promise<OwnToxiproxy> {
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    const port = await freePort();
    const shell = spawn('/bin/sh', ['-c', script, program, String(port)], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      env: { ...process.env, LOG_LEVEL: 'error' },
    });
    shell.stdin.on('error', () => {});
    const ended = once(shell, 'exit').catch(() => {});
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= (async () => {
        shell.stdin.end();
        await ended;
      })();
      return stopped;
    };
    const pid = await firstNumber(shell.stdout);
    const toxiproxy = toxiproxyAt(`http://127.0.0.1:${port}`);
    if (await answersSoon(toxiproxy, pid, signal)) return { ...toxiproxy, pid, stop };
    await stop();
    signal.throwIfAborted();
    if (tries === startsInVain) {
      throw new ShakedownError('TOXIPROXY_FAILED', `Toxiproxy does not start: ${program}.`, {
        hint: 'Run `shakedown doctor`, or name another by SHAKEDOWN_TOXIPROXY.',
        exitCode: exitCodes.missingProgram,
      });
    }
  }
}

async function firstNumber(output: NodeJS.ReadableStream): Promise<number> {
  const [text] = (await once(output, 'data').catch(() => [''])) as [Buffer | string];
  return Number.parseInt(String(text), 10) || 0;
}

async function answersSoon(toxiproxy: Toxiproxy, pid: number, signal: AbortSignal): Promise<boolean> {
  const until = performance.now() + startTimeoutMs;
  while (performance.now() < until && !signal.aborted && identify(pid) !== null) {
    const answers = await toxiproxy.version().then(
      () => true,
      () => false,
    );
    if (answers) return identify(pid) !== null;
    await sleep(20);
  }
  return false;
}
