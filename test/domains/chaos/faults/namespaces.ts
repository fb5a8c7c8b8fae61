import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ComponentOf } from '../../../../src/domains/chaos/fault.ts';

export interface TwoNamespaces {
  /** The near side: faults are put on its interface, and its peer echoes. */
  component: ComponentOf<'namespace'>;
  /** What tc and iptables have on the near side. */
  state(): string;
  remove(): Promise<void>;
}

const echo =
  "require('node:net').createServer((s) => { s.on('error', () => {}); s.pipe(s); }).listen(4711, '10.231.7.2', () => console.log('up'))";

/** Why no network namespaces can be made here; null: they can. */
export function whyNoNamespaces(): string | null {
  if (process.getuid?.() !== 0) return 'not root';
  try {
    execFileSync('unshare', ['--net', 'tc', 'qdisc', 'show'], { stdio: 'pipe' });
    return null;
  } catch {
    return 'network namespaces or tc are missing';
  }
}

/** Two network namespaces joined by a pair of interfaces, with an echo server in the far one. */
export async function makeNamespaces(): Promise<TwoNamespaces> {
  const [near, far] = [`sd-near-${process.pid}`, `sd-far-${process.pid}`];
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' });
  ip('netns', 'add', near);
  ip('netns', 'add', far);
  ip('-n', near, 'link', 'add', 'sd0', 'type', 'veth', 'peer', 'name', 'sd0', 'netns', far);
  for (const [namespace, address] of [
    [near, '10.231.7.1/24'],
    [far, '10.231.7.2/24'],
  ] as const) {
    ip('-n', namespace, 'addr', 'add', address, 'dev', 'sd0');
    ip('-n', namespace, 'link', 'set', 'sd0', 'up');
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
  }
  const server: ChildProcess = spawn('ip', ['netns', 'exec', far, process.execPath, '-e', echo], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (server.stdout !== null) await once(server.stdout, 'data');
  const shown = (...argv: string[]) => execFileSync('ip', ['netns', 'exec', near, ...argv], { encoding: 'utf8' });
  return {
    component: { kind: 'namespace', name: 'near', namespace: near, interface: 'sd0', peer: '10.231.7.2:4711' },
    state: () => shown('tc', 'qdisc', 'show', 'dev', 'sd0') + shown('iptables', '-w', '-S'),
    async remove() {
      server.kill('SIGKILL');
      await once(server, 'exit');
      ip('netns', 'del', near);
      ip('netns', 'del', far);
    },
  };
}
