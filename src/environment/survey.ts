import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { findBrowsers, findFilming } from './browsers.ts';
import type { Finding } from './finding.ts';
import { findNetworkFaults } from './network.ts';
import { findNginx } from './nginx.ts';
import { onPath } from './paths.ts';
import { findK6, findToxiproxy } from './programs.ts';
import { runProgram } from './run-program.ts';
import { findScanners } from './scanners/scanners.ts';

const oldestNode = [20, 19] as const;
const wantedBytes = 2_000_000_000;

export interface SurveyOptions {
  /** Folder that runs will be written to. */
  folder: string;
  env?: NodeJS.ProcessEnv;
  /** Scanners that are not here are got. */
  getScanners?: { signal: AbortSignal; onProgress(text: string): void } | undefined;
}

/** Looks for everything that Shakedown uses on this machine. Nothing is downloaded, built or left behind, but for scanners where that is asked for. */
export async function survey({ folder, env = process.env, getScanners }: SurveyOptions): Promise<Finding[]> {
  const [go, toxiproxy, k6, browsers, filming, network, nginx, disk, port, scanners] = await Promise.all([
    findGo(env),
    findProxy(env),
    findLoadEngine(env),
    findBrowsers(env),
    findFilming(env),
    findNetworkFaults(env),
    findNginx(env),
    findDisk(folder),
    findPort(),
    findScanners({ env, obtain: getScanners !== undefined, ...getScanners }),
  ]);
  return [findNode(), k6, go, ...browsers, filming, toxiproxy, network, nginx, ...scanners, disk, port];
}

function findNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  return {
    name: 'node',
    purpose: 'runs Shakedown',
    state: isNew ? 'found' : 'missing',
    needed: true,
    version: process.versions.node,
    where: process.execPath,
    advice: isNew ? null : `install Node ${oldestNode.join('.')} or newer`,
  };
}

async function findLoadEngine(env: NodeJS.ProcessEnv): Promise<Finding> {
  const base = { name: 'k6', purpose: 'replays the traffic', needed: true } as const;
  const warnings: string[] = [];
  const found = await findK6({ env, obtain: false, onWarning: (text) => warnings.push(text) });
  if (found !== null) {
    const kind = found.build === 'shakedown' ? 'own build' : 'stock build';
    return {
      ...base,
      state: 'found',
      version: found.version,
      where: `${found.path} (${found.origin}, ${kind})`,
      advice: warnings[0] ?? null,
    };
  }
  const fallback = 'without it autocannon replays, and the run certifies nothing';
  if (onPath('go', env).length > 0) {
    return {
      ...base,
      state: 'obtainable',
      version: null,
      where: null,
      advice: 'downloaded or built by Go on the first run (1–2 min)',
    };
  }
  const advice =
    `${warnings[0] ?? ''} Install k6 (https://grafana.com/docs/k6) or Go, or set SHAKEDOWN_K6; ${fallback}`.trim();
  return { ...base, state: 'missing', version: null, where: null, advice };
}

async function findGo(env: NodeJS.ProcessEnv): Promise<Finding> {
  const base = { name: 'go', purpose: 'builds k6 with exact output', needed: false } as const;
  const [path] = onPath('go', env);
  const outcome = path === undefined ? undefined : await runProgram(path, ['version'], { timeoutMs: 10_000, env });
  const version = outcome?.kind === 'ended' ? (/go(\d+(\.\d+)+)/.exec(outcome.stdout)?.[1] ?? null) : null;
  return path === undefined || version === null
    ? { ...base, state: 'missing', version: null, where: null, advice: 'https://go.dev/dl; a stock k6 does without' }
    : { ...base, state: 'found', version, where: path, advice: null };
}

async function findProxy(env: NodeJS.ProcessEnv): Promise<Finding> {
  const base = { name: 'toxiproxy', purpose: 'latency, reset and bandwidth faults', needed: false } as const;
  const warnings: string[] = [];
  const found = await findToxiproxy({ env, obtain: false, onWarning: (text) => warnings.push(text) });
  if (found !== null) {
    const where = `${found.path} (${found.origin})`;
    return { ...base, state: 'found', version: found.version, where, advice: warnings[0] ?? null };
  }
  if (onPath('go', env).length > 0) {
    const advice = 'downloaded or built by Go when chaos needs it (30 s)';
    return { ...base, state: 'obtainable', version: null, where: null, advice };
  }
  const how = 'https://github.com/Shopify/toxiproxy/releases, on PATH as toxiproxy-server, or SHAKEDOWN_TOXIPROXY';
  return { ...base, state: 'missing', version: null, where: null, advice: `${warnings[0] ?? ''} ${how}`.trim() };
}

async function findDisk(folder: string): Promise<Finding> {
  const base = { name: 'disk', purpose: 'run folders and build cache', needed: true, version: null } as const;
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const where = `${(free / 1e9).toFixed(1)} GB free at ${folder}`;
    return free >= wantedBytes
      ? { ...base, state: 'found', where, advice: null }
      : { ...base, state: 'missing', where, advice: 'free 2 GB: a k6 build and a day-long run take about that' };
  } catch (error) {
    return { ...base, state: 'missing', where: folder, advice: (error as Error).message };
  }
}

async function findPort(): Promise<Finding> {
  const base = {
    name: 'ports',
    purpose: 'sample system and probes, on 127.0.0.1',
    needed: true,
    version: null,
  } as const;
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return { ...base, state: 'found', where: '127.0.0.1 can be listened on', advice: null };
  } catch (error) {
    return {
      ...base,
      state: 'missing',
      where: null,
      advice: `127.0.0.1 cannot be listened on: ${(error as Error).message}`,
    };
  } finally {
    server.close();
  }
}
