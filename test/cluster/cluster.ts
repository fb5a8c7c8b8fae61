import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe } from 'vitest';
import { onPath } from '../../src/environment/paths.ts';
import type { K6Program } from '../../src/environment/programs.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const script = join(here, 'cluster');
const home =
  process.env.CLUSTER_HOME ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'shakedown-cluster');
const run = promisify(execFile);

/** Where test/cluster/target.yaml puts the target. */
export const targetUrl = 'http://10.96.0.80';
export const generatorImage = 'localhost/shakedown-k6:test';

/** A command before others, so that they run in the cluster's network, where its services are. */
export const inside = ['nsenter', '--net=/run/netns/shakedown-kube'];

/** A command before others, so that they see no network but a loopback of their own. */
export const nowhere = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

/** Why the cluster cannot be had here; null when it can. */
function missing(): string | null {
  if (process.env.SHAKEDOWN_CLUSTER_TESTS === 'off') return 'switched off by SHAKEDOWN_CLUSTER_TESTS';
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs Linux and root';
  const wanted = ['go', 'etcd', 'containerd', 'runc', 'podman', 'iptables', 'conntrack', 'ip', 'nsenter', 'openssl'];
  const absent = wanted.filter((name) => onPath(name).length === 0);
  if (absent.length > 0) return `needs ${absent.join(', ')}`;
  return existsSync(join(home, 'kube')) ? null : 'needs `test/cluster/cluster build`, some minutes once';
}

/** Tests on a real Kubernetes of one node; skipped where it cannot be had, with the reason in the title. */
export const describeWithCluster = (title: string, body: () => void): void => {
  const reason = missing();
  if (reason === null) describe(title, () => body());
  else describe.skip(`${title} (${reason})`, body);
};

export async function kubectl(...args: string[]): Promise<string> {
  return (await run(script, ['kubectl', ...args], { maxBuffer: 10_000_000 })).stdout;
}

/** Gives kubectl something to read. */
export async function kubectlRead(text: string, ...args: string[]): Promise<string> {
  const child = spawn(script, ['kubectl', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (said += chunk));
  child.stdin.end(text);
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(said);
  return said;
}

/** Starts it afresh, with nothing in it. */
export async function startEmptyCluster(): Promise<void> {
  await run(script, ['up'], { timeout: 120_000 });
}

/** Starts it afresh, with the generator's image and a target that counts. */
export async function startCluster(k6: K6Program): Promise<void> {
  await startEmptyCluster();
  // One after the other: both go through one file on the way into the node.
  await generatorInto(k6);
  await targetInto();
  await kubectl('apply', '-f', join(here, 'target.yaml'));
  await kubectl('rollout', 'status', 'deployment/target', '--timeout=60s');
}

export async function stopCluster(): Promise<void> {
  await run(script, ['down'], { timeout: 60_000 });
}

/** A kubectl of this cluster for the harness. @param user whom it acts as; the administrator when absent */
export function kubectlProgram(folder: string, user?: string): string {
  const path = join(folder, user === undefined ? 'kubectl' : 'kubectl-as-other');
  const as = user === undefined ? '' : `--as=${user}`;
  const place = `--cache-dir=${home}/run/cache --kubeconfig=${home}/run/kubeconfig`;
  writeFileSync(path, `#!/bin/sh\nexec ${home}/kube kubectl ${place} ${as} "$@"\n`, { mode: 0o755 });
  return path;
}

/** For programs that read it themselves, such as helm; used inside the cluster's network. */
export const kubeconfig = join(home, 'run/kubeconfig');

/** helm, as administrator. */
export function helm(namespace: string, ...args: string[]): { child: ChildProcess; ended: Promise<string> } {
  const [program = '', ...rest] = [
    ...inside,
    'helm',
    `--kubeconfig=${kubeconfig}`,
    `--namespace=${namespace}`,
    ...args,
  ];
  const running = run(program, rest, { timeout: 180_000 });
  return { child: running.child, ended: running.then(({ stdout }) => stdout) };
}

/** A kubectl that reaches the cluster from where nothing else of it is seen. */
export function kubectlFromOutside(folder: string): string {
  const path = join(folder, 'kubectl-from-outside');
  writeFileSync(path, `#!/bin/sh\nexec ${inside.join(' ')} ${kubectlProgram(folder)} "$@"\n`, { mode: 0o755 });
  return path;
}

/** Of load/Dockerfile the last stage, with what the first would have built: there is no registry to pull a compiler from. */
async function generatorInto(k6: K6Program): Promise<void> {
  const load = fileURLToPath(new URL('../../load/', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-image-'));
  try {
    for (const name of ['out/shakedown', 'out/usr/bin']) mkdirSync(join(folder, name), { recursive: true });
    copyFileSync(k6.path, join(folder, 'out/shakedown/k6'));
    symlinkSync('/shakedown/pod', join(folder, 'out/usr/bin/k6'));
    await goBuild(join(load, 'pod'), join(folder, 'out/shakedown/pod'));
    const [, , last = ''] = readFileSync(join(load, 'Dockerfile'), 'utf8').split(/^FROM /m);
    writeFileSync(join(folder, 'Dockerfile'), `FROM ${last.replace('--from=build /out/', 'out/')}`);
    await run(script, ['image', folder, generatorImage], { timeout: 120_000 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function targetInto(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-image-'));
  try {
    await goBuild(join(here, 'target'), join(folder, 'target'));
    copyFileSync(join(here, 'target/dockerfile'), join(folder, 'Dockerfile'));
    await run(script, ['image', folder, 'localhost/target:test'], { timeout: 120_000 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts images of the tiny shop into the node: `localhost/shop:<version>`, each with a digest of its own. */
export async function shopInto(versions: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-image-'));
  try {
    await goBuild(join(here, 'shop'), join(folder, 'shop'));
    for (const version of versions) {
      writeFileSync(
        join(folder, 'Dockerfile'),
        `FROM scratch\nLABEL version=${version}\nCOPY shop /shop\nENTRYPOINT ["/shop"]\n`,
      );
      await run(script, ['image', folder, `localhost/shop:${version}`], { timeout: 120_000 });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A program that needs nothing of the image it is put into. */
export async function goBuild(module: string, to: string): Promise<void> {
  await run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', to, '.'], {
    cwd: module,
    env: { ...process.env, CGO_ENABLED: '0' },
  });
}
