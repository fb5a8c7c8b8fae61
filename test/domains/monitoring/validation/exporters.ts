import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type Running } from './health/programs.ts';

async function started(program: string, port: number, args: string[], environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(program, args, { stdio: 'ignore', cwd: tmpdir(), env: { ...process.env, ...environment } });
  const gone = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  // It listens; that its figures come is for the tests.
  for (let tries = 0; tries < 400; tries++) {
    if (child.exitCode !== null) break;
    const up = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (up) return { port, stop } satisfies Running;
    await sleep(25);
  }
  await stop();
  throw new Error(`${program} did not start`);
}

export async function startNodeExporter(...more: string[]): Promise<Running> {
  const port = await freePort();
  return started('prometheus-node-exporter', port, [`--web.listen-address=127.0.0.1:${port}`, ...more]);
}

export async function startPostgresExporter(url: string): Promise<Running> {
  const port = await freePort();
  const source = { DATA_SOURCE_NAME: `${url}?sslmode=disable` };
  return started('prometheus-postgres-exporter', port, [`--web.listen-address=127.0.0.1:${port}`], source);
}
