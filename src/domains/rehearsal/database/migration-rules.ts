import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { postgresUrlSchema } from '../../../model/address-schemas.ts';
import { secret } from '../../../model/secret.ts';
import type { ConfigurationContext } from '../../configuration.ts';
import type { ResolvedMigration } from './settings.ts';

const milliseconds = z.number().min(0).max(86_400_000);
const argv = secret('arguments', z.array(z.string().min(1)).min(1));
const sql = z.array(z.string().min(1)).default([]);

/** How a migration of the database is rehearsed. */
export const migrationRules = z
  .strictObject({
    databaseUrl: postgresUrlSchema
      .optional()
      .describe('PostgreSQL that it is tried out on: a copy, never production; the staging system’s when absent.'),
    folder: z
      .string()
      .min(1)
      .optional()
      .describe(
        'SQL files, such as 001_name.up.sql and 001_name.down.sql; the sample system has its own, and command is used, when absent.',
      ),
    command: z
      .strictObject({
        up: argv.describe('Program and arguments that migrate the database at DATABASE_URL.'),
        down: secret('arguments', z.array(z.string().min(1)).default([])).describe(
          'Program and arguments that undo the migration.',
        ),
      })
      .optional()
      .describe('Flyway, Prisma, Knex, dbmate or a script of your own; the folder’s files are run when absent.'),
    statements: z
      .strictObject({
        old: sql.describe('SQL of the current version.'),
        new: sql.describe('SQL of the candidate.'),
      })
      .optional()
      .describe(
        'Statements without parameters that are tried on the schema after each step, and rolled back; the sample system has its own, and none are tried, when absent.',
      ),
    sampleRows: z
      .int()
      .min(0)
      .max(10_000_000)
      .default(200_000)
      .describe('Orders that the sample system gets for the rehearsal.'),
    productionRows: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Rows that the largest table has in production; the time that it would take there is not shown when absent.',
      ),
    worstMs: milliseconds.default(250).describe('The longest that any user may wait while the schema changes.'),
    lockTimeoutMs: milliseconds
      .default(100)
      .describe(
        'A statement that waits longer for a lock gives up and tries again, because later statements wait behind it; 0: it does not give up.',
      ),
    retryMs: milliseconds.default(30_000).describe('How long it keeps trying to get a lock.'),
    stepMs: milliseconds.default(600_000).describe('Longest time that a step may take.'),
    blockerMs: milliseconds
      .default(2000)
      .describe('How long an idle transaction holds its locks, again and again; 0: there is none.'),
    batchPauseMs: milliseconds.default(20).describe('Pause between batches.'),
    settleMs: milliseconds.default(4000).describe('Load before the first step.'),
  })
  .prefault({})
  .describe('The rehearsal of a database migration.');

const ofSample = (path: string) => fileURLToPath(new URL(`./sample-shop/${path}`, import.meta.url));
const byUser = 'FROM orders WHERE user_id = 1 ORDER BY created_at DESC, id DESC LIMIT 20';
const order = "'00000000-0000-4000-8000-000000000000', 'rehearsal', '', '', ''";

/** What the sample shop asks for, before and after its bundled migration. */
const sampleStatements = {
  old: [
    `SELECT id, total_cents, created_at ${byUser}`,
    `INSERT INTO orders (id, owner, email, name, address, total_cents) VALUES (${order}, 100) RETURNING id, total_cents`,
  ],
  new: [
    `SELECT id, total_minor, created_at ${byUser}`,
    `INSERT INTO orders (id, owner, email, name, address, total_cents, total_minor) VALUES (${order}, 100, 100) RETURNING id, total_minor`,
  ],
};

/** As written; on the sample system what is bundled, where nothing else is. */
export function migrationOf(
  written: z.output<typeof migrationRules>,
  { at, isSample }: Pick<ConfigurationContext, 'at' | 'isSample'>,
): ResolvedMigration {
  const { databaseUrl, folder, command, statements, productionRows, ...rest } = written;
  const isBundled = isSample && databaseUrl === undefined && folder === undefined && command === undefined;
  const own = folder === undefined ? null : at(folder);
  return {
    ...rest,
    databaseUrl: databaseUrl ?? null,
    folder: isBundled ? ofSample('migrations') : own,
    command: command === undefined ? null : { ...command, folder: at('.') },
    statements: statements ?? (isBundled ? sampleStatements : { old: [], new: [] }),
    fill: isSample && databaseUrl === undefined ? { add: ofSample('fill.sql'), remove: ofSample('remove.sql') } : null,
    productionRows: productionRows ?? null,
  };
}
