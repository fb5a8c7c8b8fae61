import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';

const isMissing = spawnSync('prometheus', ['--version'], { stdio: 'ignore' }).status !== 0;

/** A test that needs a real Prometheus: in CI it always runs, elsewhere it is skipped where there is none, and its title says so. */
export const itWithPrometheus = (title: string, body: () => Promise<void>): void => {
  const skipped = isMissing && !process.env.CI;
  it.skipIf(skipped)(skipped ? `${title} (skipped: no \`prometheus\` on the PATH)` : title, body, 60_000);
};

export interface RealPrometheus {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** Starts a Prometheus of its own, on a free port of 127.0.0.1 or on `port`, with an empty store that is thrown away. */
export async function startPrometheus(
  given: { config?: string; rules?: string; arguments?: string[]; port?: number } = {},
): Promise<RealPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const port = given.port ?? (await freePort());
  const rules = join(folder, 'rules.yml');
  writeFileSync(rules, given.rules ?? '');
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, `${given.config ?? ''}\n${given.rules === undefined ? '' : `rule_files: [${rules}]`}\n`);
  const child: ChildProcess = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...(given.arguments ?? []),
    ],
    { stdio: 'ignore' },
  );
  const gone = once(child, 'exit');
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async stop() {
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
