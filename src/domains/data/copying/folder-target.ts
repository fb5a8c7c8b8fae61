import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type pg from 'pg';
import { replaceFile } from '../../../evidence/atomic-file.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { TablePlan } from '../plan/plan.ts';
import { looseSequences, sequenceStatements } from '../postgres/make.ts';
import type { SchemaObject } from '../postgres/objects.ts';
import type { DataReport } from '../report.ts';
import { Notes } from '../values/notes.ts';
import type { Copied, CopyPart, ScanPart } from './machine.ts';
import { reportRow, reportTable } from './report-row.ts';
import { type AboutSource, type Begun, refuseOther, sourceMark, type Target, type Units } from './target.ts';

const stateFile = 'copy.json';
const settings =
  "SET client_min_messages = warning;\nSET client_encoding = 'UTF8';\nSET check_function_bodies = off;\nSET standard_conforming_strings = on;\n";

/** A part that is there as a whole. */
interface Done {
  oid: number;
  copied: Copied;
  file: string;
}

/**
 * A folder that is not there, empty, or has a copy that was interrupted. Its files are read by psql in the order of their names.
 * @throws ShakedownError DATA_TARGET_NOT_EMPTY, DATA_RESUME
 */
export async function openFolderTarget(to: string, about: AboutSource): Promise<Target> {
  const folder = resolve(to);
  await mkdir(join(folder, 'data'), { recursive: true, mode: 0o700 });
  const found = (await readdir(folder)).filter((name) => name !== 'data');
  const begun = found.includes(stateFile)
    ? (JSON.parse(await readFile(join(folder, stateFile), 'utf8')) as Begun & { done: Done[] })
    : null;
  if (begun === null && found.length > 0) {
    throw new ShakedownError(
      'DATA_TARGET_NOT_EMPTY',
      `${to} is not empty (${found.slice(0, 3).join(', ')}), so nothing is written there.`,
      {
        hint: 'Name a new folder with --to.',
      },
    );
  }
  if (begun !== null) refuseOther(begun, about, to);
  const seed = begun === null ? randomBytes(8) : Buffer.from(begun.seed, 'hex');
  const mark: Begun = {
    source: sourceMark(about),
    choices: about.choices,
    keyMark: about.keyMark,
    seed: seed.toString('hex'),
  };
  return new FolderTarget(folder, seed, mark, begun?.done ?? null);
}

class FolderTarget implements Target {
  readonly client = null;
  readonly url = null;
  readonly shown: string;
  readonly seed: Uint8Array;
  readonly isResumed: boolean;
  readonly #folder: string;
  readonly #begun: Begun;
  readonly #done: Done[];
  #parts: CopyPart[] = [];

  constructor(folder: string, seed: Uint8Array, begun: Begun, done: Done[] | null) {
    this.#folder = folder;
    this.shown = `folder ${basename(folder)}`;
    this.seed = seed;
    this.#begun = begun;
    this.isResumed = done !== null;
    this.#done = done ?? [];
  }

  async begin(objects: readonly SchemaObject[], units: Units): Promise<{ parts: CopyPart[]; notes: Notes }> {
    const before = objects.filter(({ stage }) => stage === 'before').map(({ sql }) => `${sql};\n`);
    await replaceFile(join(this.#folder, '1-schema.sql'), settings + before.join(''));
    const notes = new Notes();
    const parts: CopyPart[] = [];
    let number = 0;
    for (const [oid, wanted] of units) {
      const named = wanted.map((each, part) => ({
        ...{ ...each, unit: { oid, part } },
        file: join(this.#folder, 'data', `${String(++number).padStart(5, '0')}.sql`),
      }));
      const done = named.map(({ file }) => this.#done.find((each) => each.file === basename(file)));
      // By table: what is half there is made anew.
      if (done.every((each) => each !== undefined)) for (const each of done) notes.include(each.copied.notes);
      else {
        for (const { file } of named) {
          const at = this.#done.findIndex((each) => each.file === basename(file));
          if (at >= 0) this.#done.splice(at, 1);
          await rm(file, { force: true });
        }
        parts.push(...named);
      }
    }
    this.#parts = parts;
    await this.#save();
    return { parts, notes };
  }

  #saving: Promise<void> = Promise.resolve();

  add(oid: number, copied: Copied, index: number): void {
    this.#done.push({ oid, copied, file: basename(this.#parts[index]?.file ?? '') });
    this.#saving = this.#saving.then(() => this.#save());
    this.#saving.catch(() => {});
  }

  async #save(): Promise<void> {
    await replaceFile(join(this.#folder, stateFile), JSON.stringify({ ...this.#begun, done: this.#done }), {
      mode: 0o600,
    });
  }

  async finish(objects: readonly SchemaObject[], source: pg.ClientBase): Promise<void> {
    await this.#saving;
    const statements = (['keys', 'after'] as const).flatMap((stage) =>
      objects.filter((object) => object.stage === stage).map(({ sql }) => sql),
    );
    const owned = await source.query<{ sql: string }>(sequenceStatements);
    statements.push(...owned.rows.map(({ sql }) => sql), ...(await looseSequences(source)), 'ANALYZE');
    await replaceFile(
      join(this.#folder, '3-finish.sql'),
      settings + statements.map((sql) => `${sql.replace(/;\s*$/, '')};\n`).join(''),
    );
  }

  #plans: ReadonlyMap<number, TablePlan> = new Map();

  async scanned(plans: ReadonlyMap<number, TablePlan>): Promise<ScanPart[]> {
    this.#plans = plans;
    return this.#done.flatMap(({ oid, file }) => {
      const table = this.#plans.get(oid);
      return table === undefined ? [] : [{ table, select: '', file: join(this.#folder, 'data', file) }];
    });
  }

  async counts(): Promise<Map<number, { rows: number; bytes: number }>> {
    const counts = new Map<number, { rows: number; bytes: number }>();
    for (const { oid, copied } of this.#done) {
      const known = counts.get(oid) ?? { rows: 0, bytes: 0 };
      counts.set(oid, { rows: known.rows + copied.rows, bytes: known.bytes + copied.bytes });
    }
    return counts;
  }

  async close(report: DataReport): Promise<void> {
    await writeFile(join(this.#folder, 'anonymization.json'), `${JSON.stringify(report, null, 1)}\n`);
    // What says of a database that was made of these files that it is this copy.
    await appendFile(join(this.#folder, '3-finish.sql'), `${reportTable};\n${reportRow(report)};\n`);
    await rm(join(this.#folder, stateFile), { force: true });
  }

  async end(): Promise<void> {}
}
