import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { ShakedownError } from '../model/error.ts';
import type { SampleVersion } from '../model/sample-system.ts';

const folder = new URL('./migrations/', import.meta.url);

/** The last migration each version needs. */
export const lastMigration: Record<SampleVersion, string> = { 'v2.0.0': '003', 'v2.1.0': '004' };

/**
 * Brings the schema to what `version` needs: each missing file of `migrations/` in its own transaction, noted in
 * `schema_migrations` with its digest. Never goes back.
 * @returns names of the migrations that were applied now
 * @throws ShakedownError SAMPLE_MIGRATION when an applied file was changed since
 */
export async function migrate(client: pg.ClientBase, version: SampleVersion): Promise<string[]> {
  await client.query(
    'CREATE TABLE IF NOT EXISTS schema_migrations (version text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
  );
  const { rows } = await client.query<{ version: string; sha256: string }>(
    'SELECT version, sha256 FROM schema_migrations',
  );
  const applied = new Map(rows.map((row) => [row.version, row.sha256]));
  const done: string[] = [];
  for (const file of (await readdir(fileURLToPath(folder))).sort()) {
    const name = file.replace(/\.sql$/, '');
    if (name === file || name.slice(0, 3) > lastMigration[version]) continue;
    const sql = await readFile(new URL(file, folder), 'utf8');
    const sha256 = createHash('sha256').update(sql).digest('hex');
    const known = applied.get(name);
    if (known === sha256) continue;
    if (known !== undefined) {
      throw new ShakedownError('SAMPLE_MIGRATION', `Migration ${name} was changed after it was applied.`, {
        hint: 'Add a new migration instead.',
      });
    }
    await client.query('BEGIN');
    try {
      await client.query(sql);
      await client.query('INSERT INTO schema_migrations (version, sha256) VALUES ($1, $2)', [name, sha256]);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    }
    done.push(name);
  }
  return done;
}
