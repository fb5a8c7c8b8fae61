import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ChaosFold } from './fold.ts';
import { parsedJson } from './parsed-json.ts';

const lineSchema = z.object({ time: z.string(), title: z.string(), error: z.string().nullable() });

/**
 * A harness that was killed could not write down when its faults were gone: the guard that took them away did. Enters that into the fold.
 * @param folder of the evidence, with the guard's `undone.ndjson`
 */
export async function endByGuard(folder: string, fold: ChaosFold, loadStartedAt: string | null): Promise<void> {
  const open = [...fold.faults.values()].filter(
    ({ injectedMs, revertedMs }) => injectedMs !== null && revertedMs === null,
  );
  if (open.length === 0 || loadStartedAt === null) return;
  const text = await readFile(join(folder, 'undone.ndjson'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const zeroMs = Date.parse(loadStartedAt);
  const done: number[] = [];
  for (const line of text.split('\n')) {
    const parsed = lineSchema.safeParse(parsedJson(line));
    if (!parsed.success) continue;
    const { time, title, error } = parsed.data;
    if (error === null) done.push(Date.parse(time) - zeroMs);
    else fold.guardTroubles.push(`The guard could not ${title}: ${error}. See \`shakedown chaos clean\`.`);
  }
  for (const fault of open) {
    // The first after the fault; guards of other parts of the run have lines of their own.
    const endMs = done.filter((atMs) => atMs >= (fault.injectedMs ?? 0)).sort((a, b) => a - b)[0];
    if (endMs !== undefined) Object.assign(fault, { revertedMs: endMs, revertedBy: 'guard' });
  }
}
