import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { ShakedownError } from '../../../model/error.ts';

export type Phase = 'recovery' | 'restart';

/**
 * One line of an operations file. `t`: milliseconds of the run's clock, which never goes back; `n`: number of the operation, which
 * makes its token; `c`: client; `k`: token or key; `h`: hash of a value; `s`: status or what went wrong.
 */
export type Entry =
  | { e: 'begin'; run: string; startedAt: string }
  | { e: 'invoke'; n: number; t: number; c: number; f: 'write'; k: string; h: string }
  | { e: 'invoke'; n: number; t: number; c: number; f: 'check'; k: string }
  | { e: 'invoke'; n: number; t: number; c: number; f: 'get'; k: string }
  | { e: 'invoke'; n: number; t: number; c: number; f: 'set'; k: string; v: string }
  | { e: 'invoke'; n: number; t: number; c: number; f: 'cas'; k: string; v: string; x: string }
  /** `v`: what a `get` saw, null: nothing. `h`: hashes of what a `check` saw. `i`: the id that the server gave to a write. */
  | { e: 'ok' | 'fail' | 'info'; n: number; t: number; s: number | string; v?: string | null; h?: string[]; i?: string }
  /** In reading back: `late`, it was found only at the second look. */
  | { e: 'seen'; p: Phase; t: number; k: string; h: string; late?: true }
  /** It could not be asked for. */
  | { e: 'unread'; p: Phase; t: number; k: string; s: string }
  /** A whole reading back is over; what was not seen in it, and could be asked for, is not there. */
  | { e: 'end'; p: Phase; t: number; complete: boolean };

export interface HistoryWriter {
  /** Written when this returns, so that a killed process loses nothing that it knew. */
  append(entry: Entry): void;
  close(): void;
}

/** @throws ShakedownError LEDGER_FILE */
export function openHistory(file: string): HistoryWriter {
  const failure = (cause: unknown) =>
    new ShakedownError('LEDGER_FILE', `Cannot write the operations file ${file}: ${(cause as Error).message}.`, {
      hint: 'Check the folder, its permissions and its space.',
      cause,
    });
  let fd: number;
  try {
    fd = openSync(file, 'a');
  } catch (cause) {
    throw failure(cause);
  }
  return {
    append(entry) {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      try {
        for (let written = 0; written < line.length; ) written += writeSync(fd, line, written);
      } catch (cause) {
        throw failure(cause);
      }
    },
    close: () => closeSync(fd),
  };
}

/**
 * Reads an operations file line by line. A last line that a killed process did not finish is left out.
 * @throws ShakedownError LEDGER_FILE for a damaged line before the last
 */
export async function readHistory(file: string, onEntry: (entry: Entry) => void): Promise<void> {
  let rest = '';
  let number = 0;
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const text = rest + (chunk as string);
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      number++;
      const entry = parsed(text.slice(from, end));
      if (entry === undefined) {
        throw new ShakedownError('LEDGER_FILE', `${file}:${number}: this line is damaged.`, {
          hint: 'Only the last line of an operations file may be incomplete.',
        });
      }
      onEntry(entry);
      from = end + 1;
    }
    rest = text.slice(from);
  }
  const last = parsed(rest);
  if (last !== undefined) onEntry(last);
}

function parsed(line: string): Entry | undefined {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
}
