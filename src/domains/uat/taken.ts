import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { UatEvent } from '../../model/uat.ts';
import { besideFolder } from './observe/beside.ts';

/**
 * Takes out of a run's folder what was checked beside the scenarios since the last time.
 * @param folder of the run
 */
export function takeBeside(folder: string): Extract<UatEvent, { type: 'beside' }>[] {
  const at = join(folder, besideFolder);
  let names: string[];
  try {
    names = readdirSync(at);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const path = join(at, name);
      try {
        const { id, checked } = JSON.parse(readFileSync(path, 'utf8'));
        rmSync(path);
        return [{ type: 'beside' as const, id, checked }];
      } catch {
        // It stays, and what it would have told is told as not done.
        return [];
      }
    });
}
