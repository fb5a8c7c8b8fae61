import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { onPath } from '../../src/environment/paths.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const home =
  process.env.LOG_BACKENDS_HOME ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'shakedown-log-backends');
/** A machine that does much else starts Java slowly. */
const startedWithinMs = 540_000;

export type BackendName = 'loki' | 'victoria-logs' | 'opensearch' | 'zipkin';

/** A program that runs until it is stopped. */
export interface Running {
  url: string;
  stop(): Promise<void>;
}

/** Why it cannot be had here; null when it can. */
function missing(name: BackendName): string | null {
  const isJava = name === 'opensearch' || name === 'zipkin';
  if (isJava && onPath('java').length === 0) return 'needs Java';
  const program = isJava ? join(home, name, 'pom.xml') : join(home, name);
  return existsSync(program) ? null : `needs \`test/log-backends/build ${name}\`, some minutes once`;
}

/** Tests on a real back end; skipped where it was not built, with the reason in the title. */
export const describeWithBackend = (name: BackendName, title: string, body: () => void): void => {
  const reason = missing(name);
  if (reason === null) describe(title, () => body());
  else describe.skip(`${title} (${reason})`, body);
};

/** Starts one on 127.0.0.1, with nothing in it. */
export async function startBackend(name: BackendName): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), `shakedown-${name}-`));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { command, env = {}, ready } = await commands[name](folder, port);
  const log = openSync(join(folder, 'output.log'), 'w');
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['pipe', log, log], env: { ...process.env, ...env }, cwd: folder });
  closeSync(log);
  const stop = async () => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const until = Date.now() + startedWithinMs;
  for (;;) {
    const answered = await fetch(`${url}${ready}`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return { url, stop };
    if (child.exitCode !== null || Date.now() > until) {
      const said = readFileSync(join(folder, 'output.log'), 'utf8').slice(-1000);
      await stop();
      throw new Error(`${name} did not start: ${said}`);
    }
    await sleep(200);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = once(child, 'exit');
  child.stdin?.end();
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await closed;
  clearTimeout(timer);
}

/** Few requests are not worth much compiling. */
const quickStart = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

interface Command {
  command: string[];
  env?: Record<string, string>;
  /** Answers with 200 when it can be used. */
  ready: string;
}

const commands: Record<BackendName, (folder: string, port: number) => Promise<Command>> = {
  'victoria-logs': async (folder, port) => ({
    command: [
      join(home, 'victoria-logs'),
      ...[`-storageDataPath=${folder}/data`, `-httpListenAddr=127.0.0.1:${port}`, '-retentionPeriod=7d'],
    ],
    ready: '/health',
  }),
  async loki(folder, port) {
    const file = join(folder, 'loki.yaml');
    writeFileSync(file, lokiConfig(folder, port, await freePort()));
    return { command: [join(home, 'loki'), `-config.file=${file}`], ready: '/ready' };
  },
  opensearch: async (folder, port) => ({
    command: [
      'java',
      '-Xmx512m',
      ...quickStart,
      '-cp',
      join(home, 'opensearch', '*'),
      join(here, 'opensearch/Node.java'),
      folder,
      String(port),
    ],
    ready: '/_cluster/health?wait_for_status=yellow',
  }),
  zipkin: async (folder, port) => ({
    command: [
      'java',
      '-Xmx256m',
      ...quickStart,
      `-Djava.io.tmpdir=${folder}`,
      '-jar',
      join(home, 'zipkin/zipkin-server-3.4.4-exec.jar'),
      '--server.address=127.0.0.1',
    ],
    env: { QUERY_PORT: String(port), QUERY_LOOKBACK: '86400000' },
    ready: '/health',
  }),
};

/** One process with everything, on local files. Its schema begins a short while ago: each week since then has a table of its own. */
function lokiConfig(folder: string, port: number, rpcPort: number): string {
  const from = new Date(Date.now() - 14 * 86_400_000).toISOString().slice(0, 10);
  return `
auth_enabled: false
server: {http_listen_address: 127.0.0.1, http_listen_port: ${port}, grpc_listen_address: 127.0.0.1, grpc_listen_port: ${rpcPort}, log_level: warn}
ingester:
  lifecycler: {address: 127.0.0.1, final_sleep: 0s, ring: {kvstore: {store: inmemory}, replication_factor: 1}}
  chunk_idle_period: 1h
schema_config:
  configs: [{from: "${from}", store: boltdb, object_store: filesystem, schema: v11, index: {prefix: index_, period: 168h}}]
storage_config:
  boltdb: {directory: ${folder}/index}
  filesystem: {directory: ${folder}/chunks}
limits_config: {enforce_metric_name: false, reject_old_samples: true, reject_old_samples_max_age: 168h}
`;
}

/** A port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
