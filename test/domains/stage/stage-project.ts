import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInProcess } from '../../cli/in-process.ts';

export interface StageProject {
  readonly folder: string;
  readonly origin: string;
  /** What the target says that it is made of. */
  digest: string;
  /** `shakedown run …` in this process. */
  run(...args: string[]): ReturnType<typeof runInProcess>;
  /** The only stage. */
  stage(): string;
  configure(stage: object, more?: object): void;
  remove(): Promise<void>;
}

/** A project whose target is a real server that says what it is made of; its locks are its own. */
export async function stageProject(): Promise<StageProject> {
  const folder = mkdtempSync(join(tmpdir(), 'stage-cli-'));
  const before = process.env.XDG_CACHE_HOME;
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  const server = createServer((request, response) => {
    response.end(
      request.url === '/artifacts' ? JSON.stringify({ artifacts: [{ name: 'shop', digest: project.digest }] }) : 'up',
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = join(folder, 'shakedown.config.json');
  const project: StageProject = {
    ...{ folder, origin, digest: `sha256:${'a'.repeat(64)}` },
    async run(...args) {
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
      const heard = signals.map((name) => process.listeners(name));
      try {
        return await runInProcess(['run', '--config', file, ...args]);
      } finally {
        for (const [index, name] of signals.entries())
          for (const one of process.listeners(name)) if (!heard[index]?.includes(one)) process.off(name, one);
      }
    },
    stage() {
      const runs = join(folder, 'reports/runs');
      const found = readdirSync(runs).filter((name) => !name.endsWith('.log'));
      if (found.length !== 1) throw new Error(`expected one run, found ${found.length}`);
      return join(runs, found[0] ?? '');
    },
    configure(stage, more = {}) {
      const target = { baseUrl: origin, allowHosts: ['127.0.0.1'], healthPath: '/healthz', artifactPath: '/artifacts' };
      writeFileSync(
        file,
        JSON.stringify({ name: 'shop', version: 'v2', environment: 'staging', target, stage, ...more }),
      );
    },
    async remove() {
      if (before === undefined) delete process.env.XDG_CACHE_HOME;
      else process.env.XDG_CACHE_HOME = before;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return project;
}

/** A command for `stage.provision`. */
export const node = (code: string, ...args: string[]) => ({ command: [process.execPath, '-e', code, ...args] });
