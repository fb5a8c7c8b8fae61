import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { ShakedownError } from '../../../model/error.ts';
import { planTitles, type TablePlan } from '../plan/plan.ts';
import { readCatalog } from '../postgres/catalog.ts';
import {
  connected,
  foundInTarget,
  identityOf,
  quoted,
  refuseProduction,
  shownUrl,
  stateSchema,
} from '../postgres/connect.ts';
import { looseSequences, makeObjects, sequenceStatements } from '../postgres/make.ts';
import type { SchemaObject } from '../postgres/objects.ts';
import type { DataReport } from '../report.ts';
import { type NotedPlaces, Notes } from '../values/notes.ts';
import { type CopyPart, type ScanPart, sessionSettings } from './machine.ts';
import { reportRow, reportTable } from './report-row.ts';
import { selectsOf } from './split.ts';
import { type AboutSource, type Begun, refuseOther, sourceMark, type Target, type Units } from './target.ts';

const state = `${reportTable};
  CREATE TABLE ${stateSchema}.copy (begun jsonb NOT NULL, is_finished boolean NOT NULL DEFAULT false);
  CREATE TABLE ${stateSchema}.units (oid float8 PRIMARY KEY, parts int NOT NULL);
  CREATE TABLE ${stateSchema}.parts (unit float8, part int, oid float8 NOT NULL, rows float8 NOT NULL, bytes float8 NOT NULL, notes jsonb NOT NULL, PRIMARY KEY (unit, part))`;

/** Of PostgreSQL, for no such relation or schema: a sequence of a table that was left out. Any other error would leave a sequence at its beginning, unseen. */
const notThere = ['42P01', '3F000'];

/**
 * A database that is empty, or has a copy that was interrupted.
 * @throws ShakedownError DATA_TARGET_PRODUCTION, DATA_SAME_DATABASE, DATA_TARGET_NOT_EMPTY, DATA_RESUME
 */
export async function openDatabaseTarget(url: string, about: AboutSource): Promise<Target> {
  const client = await connected(url, 'target database');
  try {
    const identity = await identityOf(client);
    refuseProduction(url, identity);
    about.refuse(identity);
    const { objects, isInterrupted } = await foundInTarget(client);
    const begun = isInterrupted ? await begunIn(client) : null;
    if (begun === null && (objects.length > 0 || isInterrupted)) {
      throw new ShakedownError(
        'DATA_TARGET_NOT_EMPTY',
        `${shownUrl(url)} is not empty (${isInterrupted ? 'it has a finished copy' : objects.join(', ')}), so nothing is written there.`,
        { hint: 'Name an empty database with --to: `createdb staging_data`.' },
      );
    }
    if (begun !== null) refuseOther(begun, about, shownUrl(url));
    await client.query(
      `${sessionSettings}; SET synchronous_commit = off; SET maintenance_work_mem = '128MB'; SET client_min_messages = warning`,
    );
    const seed = begun === null ? randomBytes(8) : Buffer.from(begun.seed, 'hex');
    return new DatabaseTarget(client, url, seed, begun !== null, {
      ...{ source: sourceMark(about), choices: about.choices, keyMark: about.keyMark, seed: seed.toString('hex') },
    });
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

/** Of a copy that was interrupted; null where it was finished. */
async function begunIn(client: pg.Client): Promise<Begun | null> {
  try {
    const { rows } = await client.query<{ begun: Begun }>(`SELECT begun FROM ${stateSchema}.copy`);
    return rows[0]?.begun ?? null;
  } catch {
    return null;
  }
}

class DatabaseTarget implements Target {
  readonly client: pg.Client;
  readonly url: string;
  readonly seed: Uint8Array;
  readonly isResumed: boolean;
  readonly #begun: Begun;

  constructor(client: pg.Client, url: string, seed: Uint8Array, isResumed: boolean, begun: Begun) {
    this.client = client;
    this.url = url;
    this.seed = seed;
    this.isResumed = isResumed;
    this.#begun = begun;
  }

  get shown(): string {
    return shownUrl(this.url);
  }

  async begin(objects: readonly SchemaObject[], units: Units): Promise<{ parts: CopyPart[]; notes: Notes }> {
    if (!this.isResumed) {
      await this.#whole(async () => {
        await this.client.query(state);
        await this.client.query(`INSERT INTO ${stateSchema}.copy (begun) VALUES ($1)`, [JSON.stringify(this.#begun)]);
        await makeObjects(
          this.client,
          objects.filter(({ stage }) => stage === 'before'),
        );
      });
    }
    const parts: CopyPart[] = [];
    const notes = new Notes();
    for (const [oid, wanted] of units) {
      if (await this.#isDone(oid, notes)) continue;
      const [first] = wanted;
      if (first !== undefined) {
        await this.#whole(async () => {
          // A copy that was killed may have left some of its parts. Foreign keys come last, so no table refers to it yet.
          await this.client.query(`TRUNCATE ${quoted(first.into.schema)}.${quoted(first.into.name)}`);
          await this.client.query(`DELETE FROM ${stateSchema}.parts WHERE unit = $1`, [oid]);
          await this.client.query(
            `INSERT INTO ${stateSchema}.units VALUES ($1, $2) ON CONFLICT (oid) DO UPDATE SET parts = excluded.parts`,
            [oid, wanted.length],
          );
        });
      }
      for (const [part, each] of wanted.entries()) parts.push({ ...each, unit: { oid, part }, file: null });
    }
    return { parts, notes };
  }

  async #isDone(oid: number, notes: Notes): Promise<boolean> {
    if (!this.isResumed) return false;
    const { rows } = await this.client.query<{ notes: NotedPlaces; wanted: number }>(
      `SELECT p.notes, u.parts AS wanted FROM ${stateSchema}.units u JOIN ${stateSchema}.parts p ON p.unit = u.oid WHERE u.oid = $1`,
      [oid],
    );
    if (rows.length === 0 || rows.length < (rows[0]?.wanted ?? 1)) return false;
    for (const row of rows) notes.include(row.notes);
    return true;
  }

  /** Counted where the parts are. */
  add(): void {}

  async finish(objects: readonly SchemaObject[], source: pg.ClientBase): Promise<void> {
    const { rows } = await this.client.query<{ done: boolean }>(`SELECT is_finished AS done FROM ${stateSchema}.copy`);
    if (rows[0]?.done !== true) {
      await this.#whole(async () => {
        for (const stage of ['keys', 'after'] as const)
          await makeObjects(
            this.client,
            objects.filter((object) => object.stage === stage),
          );
        const owned = await source.query<{ sql: string }>(sequenceStatements);
        for (const sql of [...owned.rows.map((row) => row.sql), ...(await looseSequences(source))]) {
          await this.client.query('SAVEPOINT sequence');
          await this.client.query(sql).catch((cause: { code?: string }) => {
            if (!notThere.includes(cause.code ?? '')) throw cause;
            return this.client.query('ROLLBACK TO sequence');
          });
        }
        await this.client.query(`UPDATE ${stateSchema}.copy SET is_finished = true`);
      });
    }
    // Statistics hold values, so they are made anew and never copied.
    await this.client.query('ANALYZE');
  }

  async scanned(plans: ReadonlyMap<number, TablePlan>): Promise<ScanPart[]> {
    const catalog = await readCatalog(this.client);
    const byTitle = planTitles(plans);
    const { version } = await identityOf(this.client);
    return [...catalog.tables.values()].flatMap((table) => {
      const plan = byTitle.get(table.title);
      return plan === undefined
        ? []
        : selectsOf(table, plan, null, version, 'scan').map((select) => ({ table: plan, select, file: null }));
    });
  }

  async counts(): Promise<Map<number, { rows: number; bytes: number }>> {
    const { rows } = await this.client.query<{ oid: number; rows: number; bytes: number }>(
      `SELECT oid, sum(rows) AS rows, sum(bytes) AS bytes FROM ${stateSchema}.parts GROUP BY oid`,
    );
    return new Map(rows.map(({ oid, ...counts }) => [oid, counts]));
  }

  async close(report: DataReport): Promise<void> {
    await this.#whole(async () => {
      await this.client.query(`DROP TABLE ${stateSchema}.parts, ${stateSchema}.units, ${stateSchema}.copy`);
      await this.client.query(reportRow(report));
    });
  }

  async end(): Promise<void> {
    await this.client.end().catch(() => {});
  }

  async #whole(work: () => Promise<void>): Promise<void> {
    await this.client.query('BEGIN');
    try {
      await work();
      await this.client.query('COMMIT');
    } catch (error) {
      await this.client.query('ROLLBACK').catch(() => {});
      throw error;
    }
  }
}
