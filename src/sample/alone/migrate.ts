// Prepares the shop's database for a version, and ends.
import type { SampleVersion } from '../../model/sample-system.ts';
import { prepareDatabase } from './prepare-database.ts';

const { version, seed } = JSON.parse(process.env.SHAKEDOWN_SAMPLE ?? '{}') as { version: SampleVersion; seed: number };
await prepareDatabase(process.env.DATABASE_URL ?? '', version, seed);
