import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { connected } from '../target.ts';
import type { Direction, Outcome, Part, Step } from './step.ts';

export interface ApplySettings {
  url: string;
  /** A statement that waits longer for a lock gives up, so that nobody waits behind it for long; 0: it waits as long as it takes. */
  lockTimeoutMs: number;
  /** How long a lock is asked for again and again. */
  retryMs: number;
  /** No statement takes longer. */
  stepMs: number;
  batchPauseMs: number;
  signal: AbortSignal;
}

/** What the migration's connections are called. */
export const migrationName = 'shakedown-migration';
/** Table that holds what was done. */
export const notesTable = 'shakedown_rehearsal_steps';

/** Not got in time, deadlock, serialization failure: worth another try (PostgreSQL, Appendix A). */
const worthAnotherTry = new Set(['55P03', '40P01', '40001']);
const firstPauseMs = 50;
const longestPauseMs = 400;

/**
 * Does one step in one direction as it should be done in production: with a lock timeout, and again when a lock was not got. Nothing is done where its note
 * says that it was done before.
 * @param cutAfterMs the connection is cut then, as when the client is killed; null: it is not
 */
export async function apply(
  step: Step,
  direction: Direction,
  settings: ApplySettings,
  cutAfterMs: number | null,
): Promise<Outcome> {
  const part = direction === 'up' ? step.up : step.down;
  const outcome: Outcome = { tookMs: 0, retries: 0, batches: 0, rows: 0, isCut: false, error: null };
  const client = await connected(settings.url, migrationName);
  const began = performance.now();
  const cut =
    cutAfterMs === null
      ? undefined
      : setTimeout(() => {
          outcome.isCut = true;
          (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
        }, cutAfterMs);
  try {
    if (part === null) throw new Error('there is no way back');
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${notesTable} (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())`,
    );
    const { rowCount } = await client.query(`SELECT FROM ${notesTable} WHERE name = $1`, [step.name]);
    if ((rowCount === 1) !== (direction === 'up')) {
      await client.query(`SET statement_timeout = ${settings.stepMs}; SET lock_timeout = ${settings.lockTimeoutMs}`);
      await doPart(client, part, note(step.name, direction), settings, outcome);
    }
  } catch (error) {
    outcome.error = outcome.isCut ? null : (error as Error).message;
  } finally {
    clearTimeout(cut);
    outcome.tookMs = performance.now() - began;
    await client.end().catch(() => {});
  }
  // The server finishes what it was doing before it sees that nobody listens any more.
  if (outcome.isCut) await serverIsDone(settings);
  settings.signal.throwIfAborted();
  return outcome;
}

/** Removes the notes. */
export async function forgetNotes(url: string): Promise<void> {
  const client = await connected(url, migrationName);
  try {
    await client.query(`DROP TABLE IF EXISTS ${notesTable}`);
  } finally {
    await client.end();
  }
}

interface Note {
  text: string;
  values: string[];
}

function note(name: string, direction: Direction): Note {
  const text =
    direction === 'up'
      ? `INSERT INTO ${notesTable} (name) VALUES ($1) ON CONFLICT DO NOTHING`
      : `DELETE FROM ${notesTable} WHERE name = $1`;
  return { text, values: [name] };
}

async function doPart(client: pg.Client, part: Part, noted: Note, settings: ApplySettings, outcome: Outcome) {
  const { statements, inTransaction, isBatched } = part;
  const again = <T>(work: () => Promise<T>) => retried(client, settings, outcome, work);
  if (isBatched) {
    for (let rows = -1; rows !== 0; ) {
      rows = await again(async () => (await client.query(statements[0]?.text ?? '')).rowCount ?? 0);
      outcome.batches++;
      outcome.rows += rows;
      await sleep(settings.batchPauseMs, undefined, { signal: settings.signal });
    }
  } else if (inTransaction) {
    await again(async () => {
      let rows = 0;
      await client.query('BEGIN');
      for (const { text } of statements) rows += (await client.query(text)).rowCount ?? 0;
      await client.query(noted);
      await client.query('COMMIT');
      outcome.rows += rows;
    });
    return;
  } else {
    for (const { text, bare } of statements) {
      // It keeps nobody waiting while it waits itself, and giving up would leave an invalid index.
      const waits = /\bCONCURRENTLY\b/i.test(bare);
      if (waits) await client.query('SET lock_timeout = 0');
      await again(async () => client.query(text));
      if (waits) await client.query(`SET lock_timeout = ${settings.lockTimeoutMs}`);
    }
  }
  await client.query(noted);
}

async function retried<T>(
  client: pg.Client,
  { retryMs, signal }: ApplySettings,
  outcome: Outcome,
  work: () => Promise<T>,
): Promise<T> {
  const until = performance.now() + retryMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!outcome.isCut) await client.query('ROLLBACK').catch(() => {});
      const { code = '', message } = error as Error & { code?: string };
      if (!worthAnotherTry.has(code) || outcome.isCut) throw error;
      if (performance.now() > until) {
        throw new Error(`it did not get its lock in ${retryMs / 1000} s (${outcome.retries + 1} tries): ${message}`);
      }
      outcome.retries++;
      // Not in step with whoever holds the lock.
      await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal });
    }
  }
}

const doneLookMs = 50;

async function serverIsDone({ url, stepMs }: ApplySettings): Promise<void> {
  const client = await connected(url, 'shakedown');
  try {
    const until = performance.now() + stepMs;
    while (performance.now() < until) {
      const { rowCount } = await client.query(
        'SELECT FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()',
        [migrationName],
      );
      if (rowCount === 0) return;
      await sleep(doneLookMs);
    }
  } finally {
    await client.end();
  }
}
