import { basename } from 'node:path';
import { runProgram } from '../../../../environment/run-program.ts';
import { type ApplySettings, apply, forgetNotes, migrationName } from './apply.ts';
import { stepsOfFolder } from './folder.ts';
import { lastWords } from './last-words.ts';
import type { Migration, Outcome } from './step.ts';

/** SQL files that are run here. @throws ShakedownError MIGRATION_FOLDER */
export async function folderMigration(folder: string, settings: ApplySettings): Promise<Migration> {
  const sql = await stepsOfFolder(folder);
  return {
    from: `${basename(folder)}, ${sql.length === 1 ? 'one SQL file' : `${sql.length} SQL files`}`,
    steps: sql.map(({ name, isContract, up, down }) => ({
      ...{ name, isContract, isReversible: down !== null, isBatched: up.isBatched },
    })),
    sql,
    run(name, direction, cutAfterMs) {
      const step = sql.find((each) => each.name === name);
      if (step === undefined) throw new Error(`no step ${name}`);
      return apply(step, direction, settings, cutAfterMs);
    },
    forget: () => forgetNotes(settings.url),
  };
}

/** A program of the user's, such as Flyway or Knex: one step. It finds the database in DATABASE_URL, and the lock timeout in PGOPTIONS. */
export function commandMigration(
  { up, down, folder }: { up: readonly string[]; down: readonly string[]; folder: string },
  { url, lockTimeoutMs, retryMs, stepMs, signal }: ApplySettings,
): Migration {
  const [first = ''] = up;
  const name = basename(first);
  return {
    from: `command ${name}`,
    steps: [{ name, isContract: false, isReversible: down.length > 0, isBatched: false }],
    sql: [],
    async run(_, direction, cutAfterMs) {
      const [program = '', ...args] = direction === 'up' ? up : down;
      const cut = new AbortController();
      const timer = cutAfterMs === null ? undefined : setTimeout(() => cut.abort(), cutAfterMs);
      const began = performance.now();
      const outcome = (retries: number, error: string | null): Outcome => ({
        ...{ tookMs: performance.now() - began, retries, batches: 0, rows: 0 },
        ...{ isCut: cut.signal.aborted, error },
      });
      try {
        for (let retries = 0; ; retries++) {
          const ended = await runProgram(program, args, {
            ...{ timeoutMs: stepMs, cwd: folder, signal: AbortSignal.any([signal, cut.signal]) },
            env: {
              ...process.env,
              ...{ DATABASE_URL: url, PGAPPNAME: migrationName, PGOPTIONS: `-c lock_timeout=${lockTimeoutMs}` },
            },
          });
          signal.throwIfAborted();
          if (ended.kind === 'ended' && ended.code === 0) return { ...outcome(retries, null), isCut: false };
          if (cut.signal.aborted) return outcome(retries, null);
          const output = ended.kind === 'failed' ? '' : ended.stderr || ended.stdout;
          const why = ended.kind === 'failed' ? ended.reason : `it ended with ${ended.code}: ${lastWords(output)}`;
          // The server goes on with the statement of a client that was killed, and keeps its locks until that is done.
          const isLocked = /lock timeout|55P03/i.test(output);
          if (!isLocked || performance.now() - began > retryMs) return outcome(retries, `${basename(program)}: ${why}`);
        }
      } finally {
        clearTimeout(timer);
      }
    },
    async forget() {},
  };
}
