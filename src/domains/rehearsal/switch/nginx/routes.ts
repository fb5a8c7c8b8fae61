import { mkdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Weights } from '../traffic-switch.ts';

/** Where sides share the traffic, each of so many parts of the requests has a file, named after its number and the side that it goes to. */
export const parts = 1000;
/** The one file where a side has everything. */
export const all = 'all';

/** Folder that nginx looks into for every request. A link, so that all parts are moved at once. */
export function routesOf(scratch: string): string {
  return join(scratch, 'nginx-routes');
}

/** Sends each part of the requests to a side; nginx need not be told. */
export async function writeRoutes(scratch: string, weights: Weights): Promise<void> {
  const link = routesOf(scratch);
  const before = await readlink(link).catch(() => null);
  const folder = `${link}-${process.pid}-${Date.now()}-${before?.endsWith('a') ? 'b' : 'a'}`;
  await mkdir(folder, { mode: 0o700 });
  const names = namesOf(weights).map((name) => writeFile(join(folder, name), ''));
  await Promise.all([...names, writeFile(join(folder, 'weights.json'), JSON.stringify(weights))]);
  await rm(`${link}.new`, { force: true });
  await symlink(folder, `${link}.new`);
  await rename(`${link}.new`, link);
  if (before !== null) await rm(before, { recursive: true, force: true });
}

/** None where nobody has traffic. */
function namesOf(weights: Weights): string[] {
  const shares = Object.entries(weights).filter(([, share]) => share > 0);
  const [only] = shares;
  if (shares.length === 1 && only?.[1] === 100) return [`${all}.${only[0]}`];
  let upTo = 0;
  const names: string[] = [];
  for (const [side, share] of shares) {
    upTo += share;
    while (names.length < Math.round((upTo * parts) / 100)) names.push(`${names.length}.${side}`);
  }
  return names;
}
