import { closeSync, lstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { digest } from '../evidence/manifest.ts';
import { decisions, type SignOff } from '../model/sign-off.ts';
import { readSshSignature } from './ssh-signature.ts';
import { strictJson } from './strict-json.ts';

export const recordsName = 'sign-offs.ndjson';
export const longestComment = 4000;
const longestName = 200;
const mostBytes = 16_000_000;

/** Without characters that nobody sees, as `sign` takes it. */
const visibleName = z
  .string()
  .min(1)
  .max(longestName)
  .regex(/^\P{Cc}*$/u);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const common = {
  role: visibleName,
  person: visibleName,
  at: z.iso.datetime(),
  decision: z.enum(decisions),
  comment: z.string().max(longestComment),
  manifestSha256: sha256,
  resultsSha256: sha256.exactOptional(),
  previousSha256: sha256.nullable(),
};
const statementSchema = z.strictObject({
  format: z.literal('shakedown.sign-off/2'),
  run: z.string().max(longestName),
  record: z.int().min(1),
  ...common,
});
/** The statement is a text within the line: what was signed are its very bytes, not something that is written again from what was read. */
const lineSchema = z.strictObject({ statement: z.string().max(65_536), signature: z.string().max(16_384).nullable() });

/** Of earlier versions: nobody signed them with a key. */
const line1Schema = z.strictObject({ ...common, at: z.string() });

/** One line of `sign-offs.ndjson` that could be read. */
export interface StoredRecord {
  line: string;
  signOff: SignOff;
  statement: string;
  /** null: asserted only. */
  signature: string | null;
  key: string | null;
  namespace: string | null;
  /** Why it cannot stand where it does, a few words; null: nothing shows that. */
  problem: string | null;
}

export interface Records {
  records: StoredRecord[];
  /** Why the file is not as it was written, a few words; null: nothing shows that. */
  damage: string | null;
}

/** The records of a run, oldest first, as far as they are as they were written: each names its place, the run, and the digest of the one before. */
export function readRecords(folder: string): Records {
  const file = join(folder, recordsName);
  let text: string;
  try {
    const stat = lstatSync(file);
    if (!stat.isFile() || stat.size > mostBytes) return { records: [], damage: `${recordsName} is no such file` };
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { records: [], damage: isAbsent ? null : `${recordsName} cannot be read` };
  }
  const records: StoredRecord[] = [];
  if (text === '') return { records, damage: `${recordsName} is empty` };
  const run = runIdOf(folder);
  let damage: string | null = text.endsWith('\n') ? null : `${recordsName} ends in the middle of a record`;
  for (const [index, line] of text.replace(/\n$/, '').split('\n').entries()) {
    const record = storedRecord(line, index + 1);
    const about = record === null ? 'is no sign-off' : misplaced(record.signOff, records, run);
    if (about !== null) damage ??= `line ${index + 1} of ${recordsName} ${about}`;
    if (record !== null) records.push({ ...record, problem: about });
  }
  return { records, damage };
}

function misplaced(
  { run, record, previousSha256 }: SignOff,
  before: readonly StoredRecord[],
  ownRun: string | null,
): string | null {
  const last = before.at(-1);
  if (run !== '' && ownRun !== null && run !== ownRun) return `is of another run, ${run}`;
  if (record !== before.length + 1) return 'is not in its place: records are missing, or there twice';
  if (previousSha256 !== (last === undefined ? null : digest(last.line)))
    return 'does not follow the record before it: that was changed, or taken away';
  return null;
}

function storedRecord(line: string, place: number): Omit<StoredRecord, 'problem'> | null {
  const value = strictJson(line);
  const old = line1Schema.safeParse(value);
  if (old.success) {
    const signOff = { run: '', record: place, ...old.data };
    return { line, signOff, statement: line, signature: null, key: null, namespace: null };
  }
  const read = lineSchema.safeParse(value);
  if (!read.success) return null;
  const { statement, signature } = read.data;
  const stated = statementSchema.safeParse(strictJson(statement));
  const signed = signature === null ? null : readSshSignature(signature);
  if (!stated.success || (signature !== null && signed === null)) return null;
  const { format: _, ...signOff } = stated.data;
  return { line, signOff, statement, signature, key: signed?.key ?? null, namespace: signed?.namespace ?? null };
}

/** What is signed. */
export function statementOf(signOff: SignOff): string {
  const { run, record, role, person, at, decision, comment, manifestSha256, resultsSha256, previousSha256 } = signOff;
  const results = resultsSha256 === undefined ? {} : { resultsSha256 };
  return JSON.stringify(
    statementSchema.parse({
      format: 'shakedown.sign-off/2',
      ...{ run, record, role, person, at, decision, comment, manifestSha256, ...results, previousSha256 },
    }),
  );
}

export function lineOf(statement: string, signature: string | null): string {
  return JSON.stringify({ statement, signature });
}

const endBytes = 65_536;

/** The run's id, as its journal has it; null: it cannot be read. A copy of the folder may have another name. */
export function runIdOf(folder: string): string | null {
  // A run that took long to begin may have a digest of nothing before its first event.
  const isDigest = (line: string) => line.includes('"type":"shakedown.journal.digest"');
  const first =
    pieceOf(folder, 'start')
      .split('\n')
      .find((line) => !isDigest(line)) ?? '';
  const id = /"type":"shakedown\.run\.started".*?"runId":"([\w-]{1,100})"/.exec(first)?.[1];
  return id ?? null;
}

/** When the run ended, ms; null: it did not, or that cannot be read. */
export function runEndedAtMs(folder: string): number | null {
  const found = [...pieceOf(folder, 'end').matchAll(/"type":"shakedown\.run\.ended".*?"endedAt":"([^"]{1,40})"/g)].at(
    -1,
  );
  const ms = Date.parse(found?.[1] ?? '');
  return Number.isNaN(ms) ? null : ms;
}

/** Journals of a day are large: only its beginning or its end is read. */
function pieceOf(folder: string, which: 'start' | 'end'): string {
  try {
    const path = join(folder, 'journal.ndjson');
    const stat = statSync(path);
    // A pipe that nobody writes to would be waited for.
    if (!stat.isFile()) return '';
    const { size } = stat;
    const piece = Buffer.alloc(Math.min(size, endBytes));
    const file = openSync(path, 'r');
    try {
      const read = readSync(file, piece, 0, piece.length, which === 'start' ? 0 : size - piece.length);
      return piece.toString('utf8', 0, read);
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
