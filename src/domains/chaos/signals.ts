import { setTimeout as sleep } from 'node:timers/promises';
import { identify, type ProcessIdentity } from '../../evidence/process.ts';
import { ShakedownError } from '../../model/error.ts';
import type { ComponentOf } from './fault.ts';

/** Why no process can be faulted here; null: it can. */
export async function processUnavailable(component: ComponentOf<'process'>): Promise<string | null> {
  if (identify(process.pid) === null) return 'this system has no /proc to see the state of processes in.';
  const pid = component.pid();
  if (pid < 1) return `${withoutPid(component)}.`;
  try {
    process.kill(pid, 0);
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') return `process ${pid} belongs to another user.`;
    return `there is no process ${pid}.`;
  }
}

/**
 * The process that the component is now.
 * @throws ShakedownError FAULT_TARGET when there is none, or it is one that must not be touched
 */
export function targetOf(component: ComponentOf<'process'>): ProcessIdentity {
  const pid = component.pid();
  if (pid < 1) throw new ShakedownError('FAULT_TARGET', `${component.name}: ${withoutPid(component)}.`);
  if (!Number.isSafeInteger(pid) || pid <= 1 || pid === process.pid || pid === process.ppid) {
    throw new ShakedownError('FAULT_TARGET', `${component.name}: process ${pid} is never touched.`);
  }
  const target = identify(pid);
  if (target === null) throw new ShakedownError('FAULT_TARGET', `${component.name}: there is no process ${pid}.`);
  return target;
}

function withoutPid({ pidFile }: ComponentOf<'process'>): string {
  return pidFile === undefined ? 'it does not run now' : `${pidFile} holds no process id now`;
}

/** Sends a signal to that very process; nothing where it is gone. */
export function send(target: ProcessIdentity, signal: NodeJS.Signals): void {
  if (identify(target.pid)?.startTicks !== target.startTicks) return;
  try {
    process.kill(target.pid, signal);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ESRCH') return;
    throw new ShakedownError('FAULT_RIGHTS', `Process ${target.pid} cannot be sent ${signal} (${code}).`, { cause });
  }
}

/** Waits until `look` returns what is `wanted`, and returns what was seen last. */
export async function seenWithin(look: () => string, wanted: string, withinMs: number): Promise<string> {
  const until = performance.now() + withinMs;
  let seen = look();
  while (seen !== wanted && performance.now() < until) {
    await sleep(5);
    seen = look();
  }
  return seen;
}

/** In plain words what a process is doing. */
export function stateOf({ pid, startTicks }: ProcessIdentity): string {
  const now = identify(pid);
  if (now === null || now.startTicks !== startTicks) return 'gone';
  return now.state === 'T' ? 'stopped' : 'going on';
}
