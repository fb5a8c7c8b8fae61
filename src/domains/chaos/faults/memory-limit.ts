import { z } from 'zod';
import { limitCheck, limitFault } from '../machine/limit.ts';

const pageBytes = 4096;

const schema = z.strictObject({
  bytes: z.int().min(1_000_000),
  /** `max`: the kernel takes back what it can and then kills; `high`: it slows down instead (control groups version 2 only). */
  kind: z.enum(['max', 'high']).default('max'),
});

/**
 * What the process has already stays with the group it came from, as the kernel moves no charges: the limit is on what it takes from now on.
 * Proof: the limit that the kernel has for the process. No memory is taken to try it: the kernel might end the target for it.
 */
export const memoryLimit = limitFault({
  name: 'memory-limit',
  title: 'Memory limited',
  layer: 'resource',
  schema,
  controller: 'memory',
  onContainers: true,
  words: ({ bytes, kind }) =>
    `at most ${Math.round(bytes / 1e6)} MB of memory more${kind === 'max' ? ', else the kernel may end it' : ''}`,
  async lacks({ kind }, { version }) {
    if (kind === 'max' || version === 2) return null;
    return 'control groups are of version 1 here, which has no memory.high: mount version 2, or give "kind": "max"';
  },
  async settings({ bytes, kind }, { version }) {
    return [[version === 2 ? `memory.${kind}` : 'memory.limit_in_bytes', whole(bytes)]];
  },
  async measure(group, { bytes, kind }, version) {
    return [await limitCheck(group, version === 2 ? `memory.${kind}` : 'memory.limit_in_bytes', whole(bytes))];
  },
});

/** The kernel counts pages. */
function whole(bytes: number): string {
  return String(Math.floor(bytes / pageBytes) * pageBytes);
}
