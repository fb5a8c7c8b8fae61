import { z } from 'zod';
import { secret } from '../../../model/secret.ts';
import type { ConfigurationContext } from '../../configuration.ts';
import type { ResolvedRecovery } from './settings.ts';

const milliseconds = z.number().min(0).max(86_400_000);
/** What connects servers, runs programs or names places is the rehearsal's own: nothing of production is reached. */
const name = z
  .string()
  .regex(
    /^(?!(?:primary_.*|synchronous_standby_names|restore_command|archive_.*|recovery_end_command|listen_addresses|port|unix_.*|data_directory|.*_file|.*_librar(?:y|ies))$)[a-z_][a-z0-9_.]*$/,
    'must be the name of a setting that the rehearsal does not make itself',
  );
const postgresSettings = secret('values', z.record(name, z.string()).default({}));

/** How the loss of a database is rehearsed. */
export const recoveryRules = z
  .strictObject({
    binFolder: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Folder with PostgreSQL's programs, of the version that production runs, such as /usr/lib/postgresql/18/bin; the bundled ones when absent.",
      ),
    settings: postgresSettings.describe('Settings of PostgreSQL as production has them, such as wal_compression.'),
    standbySettings: postgresSettings.describe('Settings of PostgreSQL that only standbys have.'),
    writesPerSecond: z.int().min(50).max(5000).default(200).describe('Writes before, during and after the loss.'),
    settleMs: milliseconds.default(4000).describe('Writes before the primary is lost.'),
    observeMs: milliseconds.default(2000).describe('Writes on the new primary that are followed.'),
    streamingMs: milliseconds.default(20_000).describe('How long a standby may take until it streams and keeps up.'),
    lagMs: milliseconds
      .default(1000)
      .describe(
        'How far behind a standby may be; if it is further behind, the loss would show nothing and is not tried.',
      ),
    firstWriteMs: milliseconds
      .default(1000)
      .describe('Recovery time: how soon after the loss a write must be acknowledged again.'),
    promotionMs: milliseconds
      .default(30_000)
      .describe('How long to wait for the first acknowledged write after the loss.'),
    lostMs: milliseconds
      .default(1000)
      .describe(
        'Recovery point with asynchronous replication: no write that was acknowledged longer than this before the loss may be missing. With synchronous replication none may.',
      ),
  })
  .prefault({})
  .describe('The rehearsal of the loss of a database.');

/** As written; on a system of the user's own it is done once PostgreSQL is described. */
export function recoveryOf(
  written: z.output<typeof recoveryRules>,
  { at, isSample }: Pick<ConfigurationContext, 'at' | 'isSample'>,
): ResolvedRecovery {
  const { binFolder, ...rest } = written;
  const isDescribed = isSample || binFolder !== undefined || Object.keys(written.settings).length > 0;
  return { ...rest, isDescribed, binFolder: binFolder === undefined ? null : at(binFolder) };
}
