import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ShakedownError } from '../../../../model/error.ts';
import { type Statement, splitStatements } from './split.ts';
import type { Part, Step } from './step.ts';

const sections = /^--\s*(?:migrate:|\+goose\s+)(up|down)\b(.*)$/gim;
const outsideTransaction = /\bCONCURRENTLY\b|^(VACUUM|CREATE DATABASE|DROP DATABASE|ALTER SYSTEM|CREATE TABLESPACE)\b/i;

/**
 * Steps of a folder of SQL files, in order of their numbers: `001_name.up.sql` and `001_name.down.sql`, `V1__name.sql` and `U1__name.sql`, or one file with
 * `-- migrate:up` and `-- migrate:down`. A comment `-- rehearsal: batched` says that the statement is repeated until it changes no row, `-- rehearsal:
 * contract` that the old code needs what this step takes away, as does `contract` in the name.
 * @throws ShakedownError MIGRATION_FOLDER
 */
export async function stepsOfFolder(folder: string): Promise<Step[]> {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw unusable(`${folder} cannot be read.`, 'Correct rehearsal.migration.folder.', cause);
  });
  const ups = new Map<string, string>();
  const downs = new Map<string, string>();
  for (const file of files.filter((name) => name.endsWith('.sql'))) {
    const text = await readFile(join(folder, file), 'utf8');
    const base = file.slice(0, -'.sql'.length);
    const undo = /^(.*)\.down$/.exec(base)?.[1] ?? (/^U\d/.test(base) ? `V${base.slice(1)}` : null);
    if (undo !== null) {
      downs.set(undo, text);
      continue;
    }
    const parts = sectionsOf(text);
    const name = base.replace(/\.up$/, '');
    ups.set(name, parts.up ?? text);
    if (parts.down !== undefined) downs.set(name, parts.down);
  }
  const names = [...ups.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (names.length === 0) {
    throw unusable(`${folder} has no SQL files.`, 'Name them 001_name.up.sql and 001_name.down.sql.');
  }
  return names.map((name) => {
    const up = ups.get(name) ?? '';
    const down = downs.get(name);
    return {
      name,
      isContract: /contract/i.test(name) || directive(up, 'contract'),
      up: partOf(up, name),
      down: down === undefined ? null : partOf(down, name),
    };
  });
}

function sectionsOf(text: string): { up?: string; down?: string } {
  const marks = [...text.matchAll(sections)];
  return Object.fromEntries(
    marks.map((mark, i) => {
      const body = text.slice(mark.index + mark[0].length, marks[i + 1]?.index);
      const isOutside = /transaction:\s*false/.test(mark[2] ?? '');
      return [(mark[1] ?? '').toLowerCase(), isOutside ? `-- rehearsal: no transaction\n${body}` : body];
    }),
  );
}

function partOf(sql: string, name: string): Part {
  const statements: Statement[] = splitStatements(sql);
  const isBatched = directive(sql, 'batched');
  if (isBatched && statements.length !== 1) {
    throw unusable(
      `${name}: what is batched is one statement, and it has ${statements.length}.`,
      'Make files of them.',
    );
  }
  const inTransaction =
    !isBatched && !directive(sql, 'no transaction') && !statements.some(({ bare }) => outsideTransaction.test(bare));
  return { statements, inTransaction, isBatched };
}

function directive(sql: string, word: string): boolean {
  return new RegExp(`^--\\s*rehearsal:\\s*${word}\\s*$`, 'im').test(sql);
}

function unusable(message: string, hint: string, cause?: unknown): ShakedownError {
  return new ShakedownError('MIGRATION_FOLDER', message, { hint, ...(cause === undefined ? {} : { cause }) });
}
