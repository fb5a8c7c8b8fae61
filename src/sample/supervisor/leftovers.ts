import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Leftovers } from './messages.ts';

/** Ends the PostgreSQL of a supervisor that was killed, and removes its data. */
export async function removeLeftovers({ postmasterPid, folder }: Leftovers): Promise<void> {
  const noted = await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '');
  // The number may belong to another process by now.
  if (Number.parseInt(noted, 10) === postmasterPid) {
    for (let tries = 0; tries < 100 && alive(postmasterPid, tries === 0 ? 'SIGQUIT' : 0); tries++) await sleep(50);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

function alive(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
