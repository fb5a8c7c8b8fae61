import pg from 'pg';
import type { SampleVersion } from '../../model/sample-system.ts';
import { migrate } from '../migrate.ts';
import { seedDatabase } from '../seed.ts';

/** Brings schema and demo data to what a version needs; earlier versions go on working. */
export async function prepareDatabase(url: string, version: SampleVersion, seed: number): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await migrate(client, version);
    await seedDatabase(client, version, seed);
  } finally {
    await client.end();
  }
}
