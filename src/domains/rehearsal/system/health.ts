import { Agent } from 'node:http';
import { lives } from '../../../evidence/process.ts';
import { ask } from './check.ts';
import type { Side } from './state.ts';

/** How many instances of a version answer that they are healthy, of all. */
export async function healthyOf(
  { healthPath }: { healthPath: string },
  { instances }: Side,
): Promise<[alive: number, all: number]> {
  const agent = new Agent({ keepAlive: false });
  const statuses = await Promise.all(instances.map(({ url }) => ask(`${url}${healthPath}`, agent)));
  agent.destroy();
  return [statuses.filter((status) => status === 200).length, statuses.length];
}

/** An instance whose process has ended; null: none has. */
export function processGone({ instances }: Side): string | null {
  return instances.find(({ process }) => process !== null && !lives(process))?.name ?? null;
}
