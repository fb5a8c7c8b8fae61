import { createReadStream, createWriteStream } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { ShakedownError } from '../../../model/error.ts';
import { type SharedHashSet, ValuePseudonyms } from '../../traffic/public.ts';
import type { TablePlan } from '../plan/plan.ts';
import { connected, quoted, stateSchema } from '../postgres/connect.ts';
import { fieldsOf, lineOf, linesOf } from '../postgres/copy-text.ts';
import { NotALiteral } from '../postgres/literals.ts';
import { Maker, nothingLearned } from '../values/maker.ts';
import { type NotedPlaces, Notes } from '../values/notes.ts';
import { Originals, type SharedOriginals } from '../values/originals.ts';
import { type LearnedColumn, learnedOf, TableLearner, type TableLessons } from './learner.ts';
import { type Found, ResultScanner } from './scanner.ts';

export interface Settings {
  key: Buffer | string;
  kept: SharedHashSet | null;
  startedAtMs: number | null;
  originals: SharedOriginals;
  from: string;
  /** Of the source, which all threads see. */
  snapshot: string;
  /** Of a database; null: files. */
  to: string | null;
  k: number;
}

/** Some rows of one table. */
export interface Part {
  table: TablePlan;
  /** That is copied out: `SELECT … FROM ONLY "public"."orders" WHERE …`. */
  select: string;
}

export interface CopyPart extends Part {
  learned: LearnedColumn[];
  /** Table that they go into: the whole of a partitioned one. */
  into: { schema: string; name: string };
  /** Where it is written down that they are there; null: nowhere. */
  unit: { oid: number; part: number } | null;
  /** File that they are written to; null: the target is a database. */
  file: string | null;
}

/** Rows of the result that are looked through. */
export interface ScanPart extends Part {
  /** Null: of the database. */
  file: string | null;
}

export interface Copied {
  rows: number;
  bytes: number;
  notes: NotedPlaces;
}

/** Sessions read and write values in these forms only. */
export const sessionSettings =
  "SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET bytea_output = 'hex'; SET extra_float_digits = 3; SET lc_monetary = 'C'; SET client_encoding = 'UTF8'; SET xmloption = 'content'; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0";

const chunkCharacters = 100_000;

/** The work on parts of tables, wherever it is done: in the process itself, or in several threads, each with connections of its own. */
export class Machine {
  #settings: Settings | undefined;
  #pseudonyms: ValuePseudonyms | undefined;
  #source: pg.Client | undefined;
  #target: pg.Client | undefined;
  #originals: Originals | undefined;

  async begin(settings: Settings): Promise<void> {
    this.#settings = settings;
    this.#pseudonyms = new ValuePseudonyms(settings.key, settings.kept, settings.startedAtMs);
    this.#originals = new Originals(settings.originals);
    this.#source = await openSource(settings.from, settings.snapshot);
    if (settings.to !== null) {
      this.#target = await connected(settings.to, 'target database');
      await this.#target.query(
        `${sessionSettings}; SET synchronous_commit = off; SET session_replication_role = DEFAULT`,
      );
    }
  }

  /** What the rows teach of what may stay, and what may not be in the result. */
  async learn({ table, select }: Part): Promise<TableLessons> {
    const { k } = known(this.#settings);
    const learner = new TableLearner(table, known(this.#originals), k);
    await this.#read(known(this.#source), table, select, (fields) => learner.row(fields));
    return learner.take();
  }

  /** Copies rows, with their values replaced. All of a part is there in the end, or nothing of it. */
  async copy(part: CopyPart): Promise<Copied> {
    const { table, unit, file } = part;
    const notes = new Notes();
    const makers = table.columns.map(
      (plan, index) =>
        new Maker(plan, `${table.place}.${plan.name}`, {
          pseudonyms: known(this.#pseudonyms),
          originals: known(this.#originals),
          notes,
          learned: part.learned[index] === undefined ? nothingLearned : learnedOf(part.learned[index]),
        }),
    );
    const counts = { rows: 0, bytes: 0 };
    const rows = this.#rewritten(part, makers, counts);
    const columns = table.columns.map(({ name }) => quoted(name)).join(', ');
    const command = `COPY ${quoted(part.into.schema)}.${quoted(part.into.name)}${columns === '' ? '' : ` (${columns})`} FROM STDIN`;
    if (file !== null) {
      await pipeline(Readable.from(withCommand(command, rows)), createWriteStream(file, { mode: 0o600 }));
      return { ...counts, notes: notes.take() };
    }
    const target = known(this.#target);
    await target.query('BEGIN');
    try {
      await pipeline(Readable.from(rows, { highWaterMark: 4 }), target.query(copyFrom(command)) as Writable);
      const taken = notes.take();
      if (unit !== null)
        await target.query(
          `INSERT INTO ${stateSchema}.parts (unit, part, oid, rows, bytes, notes) VALUES ($1, $2, $3, $4, $5, $6)`,
          [...[unit.oid, unit.part, table.oid, counts.rows, counts.bytes], JSON.stringify(taken)],
        );
      await target.query('COMMIT');
      return { ...counts, notes: taken };
    } catch (error) {
      await target.query('ROLLBACK').catch(() => {});
      throw error;
    }
  }

  /** Looks in the result for what may not be there. @param select of the target */
  async scan({ table, select, file }: ScanPart): Promise<Found> {
    const scanner = new ResultScanner(table, known(this.#originals));
    const row = (fields: (string | null)[]) => scanner.row(fields);
    if (file === null) await this.#read(known(this.#target), table, select, row);
    else for await (const fields of rowsOfFile(file)) row(fields);
    return scanner.take();
  }

  async end(): Promise<void> {
    await Promise.all([this.#source?.end().catch(() => {}), this.#target?.end().catch(() => {})]);
  }

  async #read(client: pg.Client, table: TablePlan, select: string, row: (fields: (string | null)[]) => void) {
    if (table.columns.length === 0) return;
    try {
      for await (const lines of linesOf(client.query(copyTo(`COPY (${select}) TO STDOUT`)))) {
        for (const line of lines) if (line !== '' || table.columns.length === 1) row(fieldsOf(line));
      }
    } catch (error) {
      throw readingError(error, table);
    }
  }

  async *#rewritten({ table, select }: CopyPart, makers: readonly Maker[], counts: { rows: number; bytes: number }) {
    let out = '';
    let column = 0;
    try {
      for await (const lines of linesOf(known(this.#source).query(copyTo(`COPY (${select}) TO STDOUT`)))) {
        for (const line of lines) {
          const fields = table.columns.length === 0 ? [] : fieldsOf(line);
          for (column = 0; column < makers.length; column++)
            fields[column] = (makers[column] as Maker).of(fields[column] ?? null);
          out += `${lineOf(fields)}\n`;
          counts.rows++;
          if (out.length < chunkCharacters) continue;
          const chunk = Buffer.from(out, 'utf8');
          counts.bytes += chunk.length;
          out = '';
          yield chunk;
        }
      }
    } catch (error) {
      if (error instanceof NotALiteral || error instanceof SyntaxError) {
        const name = `${table.title}.${table.columns[column]?.name}`;
        throw new ShakedownError('DATA_VALUE', `A value of ${name} cannot be read as its type says.`, {
          hint: `Say in the rules what is done with the column: \`columns: {${name}: null}\`.`,
          cause: error,
        });
      }
      throw readingError(error, table);
    }
    const chunk = Buffer.from(out, 'utf8');
    counts.bytes += chunk.length;
    if (chunk.length > 0) yield chunk;
  }
}

async function* withCommand(command: string, rows: AsyncIterable<Buffer>) {
  yield Buffer.from(`${command};\n`);
  yield* rows;
  yield Buffer.from('\\.\n');
}

/** Rows of a file that `copy` wrote: between the command and the line that ends it. */
async function* rowsOfFile(file: string): AsyncGenerator<(string | null)[]> {
  let isFirst = true;
  for await (const lines of linesOf(createReadStream(file))) {
    for (const line of lines) {
      if (!isFirst && line !== '\\.') yield fieldsOf(line);
      isFirst = false;
    }
  }
}

/** A session that sees what the snapshot shows, and can change nothing. */
export async function openSource(url: string, snapshot: string | null): Promise<pg.Client> {
  const source = await connected(url, 'source database');
  await source.query(sessionSettings);
  // Rows that a policy hides must not be left out in silence: then the query fails.
  await source.query('SET row_security = off');
  await source.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  if (snapshot !== null) await source.query(`SET TRANSACTION SNAPSHOT '${snapshot}'`);
  return source;
}

function readingError(error: unknown, table: TablePlan): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_ENCODING_INVALID_ENCODED_DATA' && code !== '22021' && code !== '22P05') return error;
  return new ShakedownError(
    'DATA_ENCODING',
    `${table.title} holds bytes that are no text in the database's encoding: ${message.replace(/\.$/, '')}.`,
    {
      hint: 'Correct these rows in a copy of the source, or leave the table out: `tables: {name: leave}` in the rules.',
      cause: error,
    },
  );
}

function known<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('A part came before what is needed for it.');
  return part;
}
