import { hostname } from 'node:os';
import {
  bootId,
  identify,
  lives,
  type ProcessPlace,
  pidNamespace,
  seesProcessesOf,
} from '../../../evidence/process.ts';

/** The harness that left something, as it is written down to be known by later. */
export interface Owner extends ProcessPlace {
  pid: number;
  startTicks: number;
}

/**
 * `alive`: it is still at work. `gone`: it is not. `rebooted`: this machine was restarted since, so that pids mean other processes now.
 * `elsewhere`: it was in another container or on another machine, where alone can be seen whether it lives.
 */
export type OwnerState = 'alive' | 'gone' | 'rebooted' | 'elsewhere';

/** This process. */
export function ownOwner(): Owner {
  const { startTicks = 0 } = identify(process.pid) ?? {};
  return { bootId: bootId(), pidNamespace: pidNamespace(), host: hostname(), pid: process.pid, startTicks };
}

export function stateOf(owner: Owner): OwnerState {
  if (seesProcessesOf(owner)) return owner.bootId === bootId() && lives(owner) ? 'alive' : 'gone';
  return owner.host === hostname() && owner.bootId !== bootId() ? 'rebooted' : 'elsewhere';
}

/** What is on disk; null: it names no owner. Entries of earlier versions name no place: they are taken for this one. */
export function ownerIn(value: Record<string, unknown>): Owner | null {
  const { bootId: boot, pid, startTicks } = value;
  if (!Number.isSafeInteger(pid) || !Number.isSafeInteger(startTicks) || typeof boot !== 'string') return null;
  const word = (key: string, usual: string) => (typeof value[key] === 'string' ? String(value[key]) : usual);
  const host = word('host', hostname());
  return {
    bootId: boot,
    pidNamespace: word('pidNamespace', pidNamespace()),
    host,
    pid: Number(pid),
    startTicks: Number(startTicks),
  };
}
