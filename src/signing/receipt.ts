import { appendFileSync, lstatSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { digest } from '../evidence/manifest.ts';
import { type Records, runIdOf } from './records.ts';

/** Proof that a signer keeps outside the run: which record there was, and the digest of its bytes. */
export interface Receipt {
  run: string;
  record: number;
  sha256: string;
}

const form = /shakedown-receipt\/1 run=([\w-]{1,100}) record=([1-9]\d{0,6}) sha256=([0-9a-f]{64})(?![0-9a-f])/g;
const logName = 'sign-offs.log';
const mostBytes = 64_000_000;

export function receiptText({ run, record, sha256 }: Receipt): string {
  return `shakedown-receipt/1 run=${run} record=${record} sha256=${sha256}`;
}

/** Every receipt in a text: a line, a mail, a whole log. */
export function receiptsIn(text: string): Receipt[] {
  return [...text.matchAll(form)].map(([, run = '', record, sha256 = '']) => ({ run, record: Number(record), sha256 }));
}

/** Receipts of the records that a run has, in order. */
export function receiptsOf(folder: string, { records }: Records): Receipt[] {
  const run = runIdOf(folder) ?? '';
  return records.map(({ line }, index) => ({ run, record: index + 1, sha256: digest(line) }));
}

/** What the records of a run lack of what receipts say, a few words each. Receipts of other runs say nothing of this one. */
export function contradictions(folder: string, records: Records, receipts: readonly Receipt[]): string[] {
  const own = receiptsOf(folder, records);
  const run = runIdOf(folder);
  const found = receipts
    .filter((receipt) => receipt.run === run)
    .flatMap(({ record, sha256 }) => {
      const there = own[record - 1];
      if (there === undefined) return [`sign-off ${record}, of which there is a receipt, was taken away`];
      return there.sha256 === sha256 ? [] : [`sign-off ${record} is not the one that there is a receipt of`];
    });
  return [...new Set(found)];
}

/**
 * The log of sign-offs beside the folders of runs: a receipt a line. It is read where a run lies under its own name; a copy elsewhere has none.
 * @returns null where there is none that is this run's
 */
function logOf(folder: string): string | null {
  const run = runIdOf(folder);
  return run !== null && basename(folder) === run ? join(dirname(folder), logName) : null;
}

/** @returns its receipts of this run; null: there is no log, or it has none */
export function readLog(folder: string): { receipts: Receipt[]; problem: string | null } | null {
  const file = logOf(folder);
  if (file === null) return null;
  try {
    const stat = lstatSync(file);
    if (!stat.isFile() || stat.size > mostBytes) return { receipts: [], problem: `${logName} is no such file` };
    const run = runIdOf(folder);
    const receipts = receiptsIn(readFileSync(file, 'utf8')).filter((receipt) => receipt.run === run);
    return receipts.length === 0 ? null : { receipts, problem: null };
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return isAbsent ? null : { receipts: [], problem: `${logName} cannot be read` };
  }
}

/**
 * Adds what the log has not yet of a run's records: one that was cut off before it could is made good by the next.
 * @returns why it could not, a few words; null: it has them all, or there is no log for this run
 */
export function addToLog(folder: string, records: Records): string | null {
  const file = logOf(folder);
  if (file === null) return null;
  const has = new Set(readLog(folder)?.receipts.map(receiptText));
  const missing = receiptsOf(folder, records)
    .map(receiptText)
    .filter((text) => !has.has(text));
  try {
    if (missing.length > 0) appendFileSync(file, `${missing.join('\n')}\n`);
    return null;
  } catch (error) {
    return `${file} cannot be written: ${(error as Error).message}`;
  }
}
