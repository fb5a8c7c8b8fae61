import { chown, cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresIdentity } from '../../../../environment/postgres/setup.ts';

/** Copies a data folder that nobody writes, for PostgreSQL's user. */
export async function copyData(from: string, to: string, { uid, gid }: PostgresIdentity): Promise<void> {
  await cp(from, to, { recursive: true, preserveTimestamps: true });
  if (uid === undefined) return;
  const owner = gid ?? uid;
  await chown(to, uid, owner);
  for (const entry of await readdir(to, { recursive: true })) await chown(join(to, entry), uid, owner);
}
