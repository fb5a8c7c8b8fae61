import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ComponentOf } from '../fault.ts';
import { runCommand } from './command.ts';

type Container = Pick<ComponentOf<'container'>, 'engine' | 'container'>;

/** What an engine says of a container. */
export interface ContainerState {
  id: string;
  /** Of its first process, on this machine; 0 where it does not run. */
  pid: number;
  running: boolean;
  /** It is removed when it ends (`--rm`). */
  isRemovedAtEnd: boolean;
}

const format = '{{.Id}} {{.State.Pid}} {{.State.Running}} {{.HostConfig.AutoRemove}}';
const timeoutMs = 10_000;
/** A pid is asked for several times in a row. */
const freshForMs = 500;

const inspecting = ({ engine, container }: Container) => [
  ...[engine, 'inspect', '--type', 'container', '--format', format, container],
];

/** @returns text: why it is not known */
export async function inspect(of: Container): Promise<ContainerState | string> {
  const { code, stdout, stderr } = await runCommand(inspecting(of), timeoutMs);
  const state = code === 0 ? stateIn(stdout) : null;
  return state ?? (stderr.split('\n').at(-1) || `${of.engine} inspect ended with ${code}`);
}

/** The pid of a container's first process; −1 where it does not run, or not on this machine. Asked again at most twice a second. */
export function pidOfContainer(of: Container): () => number {
  let known = { pid: -1, atMs: Number.NEGATIVE_INFINITY };
  return () => {
    if (performance.now() - known.atMs > freshForMs) known = { pid: pidNow(of), atMs: performance.now() };
    return known.pid;
  };
}

function pidNow(of: Container): number {
  const [program = '', ...args] = inspecting(of);
  try {
    const options = { encoding: 'utf8', timeout: timeoutMs, stdio: 'pipe' } as const;
    const state = stateIn(execFileSync(program, args, options));
    return state?.running && isHere(state) ? state.pid : -1;
  } catch {
    return -1;
  }
}

/** An engine may speak of another machine (`DOCKER_HOST`, a virtual machine), whose pids mean other processes here. */
function isHere({ id, pid }: ContainerState): boolean {
  try {
    return pid > 1 && readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(id);
  } catch {
    return false;
  }
}

function stateIn(text: string): ContainerState | null {
  const [id = '', pid = '', running = '', removed = ''] = text.trim().split(' ');
  if (!/^[0-9a-f]{64}$/.test(id) || !/^\d+$/.test(pid)) return null;
  return { id, pid: Number(pid), running: running === 'true', isRemovedAtEnd: removed === 'true' };
}

/**
 * The container as it runs now, on this machine.
 * @returns text: why not, with what to do
 */
export async function runningHere(component: ComponentOf<'container'>): Promise<ContainerState | string> {
  const state = await inspect(component);
  if (typeof state === 'string') return state;
  if (!state.running) return `container ${component.container} does not run: start it`;
  if (isHere(state)) return state;
  return `container ${component.container} does not run on this machine: break it from where it runs`;
}
