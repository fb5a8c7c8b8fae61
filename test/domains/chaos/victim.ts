import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Component } from '../../../src/domains/chaos/fault.ts';

/** A process to do things to, and the component that names it. */
export async function startVictim(): Promise<{ child: ChildProcess; pid: number; component: Component }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const { pid = -1 } = child;
  return { child, pid, component: { kind: 'process', name: 'victim', pid: () => pid } };
}
