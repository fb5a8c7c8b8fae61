import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownModule } from '../environment/own-files.ts';
import { postgresPackage } from '../environment/postgres/binaries.ts';
import type { SampleVersion } from '../model/sample-system.ts';
import { prepareDatabase } from './alone/prepare-database.ts';
import type { Content } from './supervisor/postgres.ts';
import { PreparedDatabase } from './supervisor/prepared-database.ts';

/** They decide what is in the database; a change of one of them makes another. */
const modules = [
  './content.ts',
  './migrate.ts',
  './seed.ts',
  './random.ts',
  './shop/password.ts',
  './supervisor/postgres.ts',
  './supervisor/prepared-database.ts',
  '../environment/postgres/setup.ts',
];

/** Schema and demo data of a version, kept once made for the PostgreSQL, the migrations and the code that made them. */
export async function sampleContent(version: SampleVersion, seed: number): Promise<Content> {
  const hash = createHash('sha256').update(JSON.stringify([await postgresPackage(), version, seed]));
  const migrations = fileURLToPath(new URL('./migrations/', import.meta.url));
  const files = [
    ...modules.map((path) => ownModule(path, import.meta.url)),
    ...readdirSync(migrations)
      .sort()
      .map((name) => join(migrations, name)),
  ];
  for (const file of files) hash.update('\0').update(readFileSync(file));
  return {
    kept: new PreparedDatabase(hash.digest('hex').slice(0, 16)),
    fill: (url) => prepareDatabase(url, version, seed),
  };
}
