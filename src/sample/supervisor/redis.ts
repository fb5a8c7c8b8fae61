import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { freePort } from '../../environment/free-port.ts';
import { onPath } from '../../environment/paths.ts';
import { ShakedownError } from '../../model/error.ts';

const startMs = 10_000;
const lookEveryMs = 50;
const endMs = 3000;

export interface Redis {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a Redis on a free port of 127.0.0.1, which keeps nothing on disk.
 * @returns null: there is none on this machine
 * @throws ShakedownError SAMPLE_FAILED where it does not start
 */
export async function startRedis(): Promise<Redis | null> {
  const [program] = onPath('redis-server');
  if (program === undefined) return null;
  const port = await freePort();
  const password = randomBytes(18).toString('base64url');
  // Its configuration comes on its standard input: the password is on no command line.
  const server = spawn(program, ['-'], { stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
  const ended = once(server, 'exit');
  server.stdin.end(`bind 127.0.0.1\nport ${port}\nrequirepass ${password}\nsave ""\nappendonly no\n`);
  const stop = async () => {
    server.kill('SIGTERM');
    const timer = setTimeout(() => server.kill('SIGKILL'), endMs);
    await ended;
    clearTimeout(timer);
  };
  const url = `redis://:${password}@127.0.0.1:${port}`;
  const until = performance.now() + startMs;
  while (!(await answers(url))) {
    if (server.exitCode !== null || performance.now() > until) {
      await stop();
      throw new ShakedownError('SAMPLE_FAILED', `${program} does not start.`, {
        hint: 'Remove it from PATH: the sample system does without.',
      });
    }
    await sleep(lookEveryMs);
  }
  return { url, pid: server.pid ?? -1, stop };
}

async function answers(url: string): Promise<boolean> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    if (client.isOpen) client.destroy();
  }
}
