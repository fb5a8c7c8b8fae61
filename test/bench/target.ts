import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const warmUps = 300;

/** What the target does beside answering at once. */
export interface TargetOrders {
  /** Milliseconds it takes for an answer, without using the processor. */
  serviceMs?: number;
  /** Stands still, its event loop included, so many ms after the first request, for so long. */
  freeze?: { afterMs: number; forMs: number };
  /** What it answers; absent: a few bytes of JSON. */
  answer?: { type: string; body: string };
  /** Ends without a word so many ms after the first request. */
  dieAfterMs?: number;
}

/** What the target saw; times in epoch ms, with fractions. */
export interface TargetLog {
  /** Number in `/r/<n>`, −1 for other paths. */
  numbers: Float64Array;
  receivedMs: Float64Array;
  /** When it stood still; null when it did not. */
  frozen: { fromMs: number; toMs: number } | null;
}

export interface BenchTarget {
  url: string;
  pid: number;
  /** Hands over what it saw since the last call, and forgets it. */
  take(): Promise<TargetLog>;
  stop(): Promise<void>;
}

/** Starts a tiny HTTP server on loopback, in a process of its own. */
export async function startTarget(orders: TargetOrders = {}): Promise<BenchTarget> {
  const file = fileURLToPath(new URL('./target-process.ts', import.meta.url));
  const child = fork(file, [JSON.stringify(orders)], {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
    stdio: 'inherit',
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const url = `http://127.0.0.1:${port}`;
  // Code that has never run is slow, and that would be taken for what is measured.
  for (let i = 0; i < warmUps; i++) await fetch(`${url}/warm`).then((response) => response.text());
  return {
    url,
    pid: child.pid ?? -1,
    async take() {
      child.send('take');
      const [log] = (await once(child, 'message')) as [TargetLog];
      return log;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
