import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { ShakedownError } from '../model/error.ts';
import type { EventSchemas, EventType, JournalData } from '../model/event.ts';

/** A journal line holds one window of all routes at the most; longer ones are damage, and are not kept in memory. */
const lineBytesAtMost = 8_000_000;
const lineFeed = 0x0a;

export type TimedData = JournalData & { time: string };

/** What reading a journal showed of the journal itself. */
export interface JournalCheck {
  /** Lines that are no events, or none of a known form, by number from 1. */
  damaged: number[];
  /** Of those, the ones that end in the middle, as a killed process leaves them. */
  torn: number[];
  /** The first line whose digest of all lines before it is not theirs: something before it was changed. null: none. */
  changedBefore: number | null;
  /** Last line that a digest covers which is right; 0: there was none. */
  coveredTo: number;
}

export function noCheck(): JournalCheck {
  return { damaged: [], torn: [], changedBefore: null, coveredTo: 0 };
}

/**
 * Streams the known events of a journal. Types of later versions are passed over; a last line that a killed run left unfinished is
 * too; any other line that is not an event is counted through `onDamaged`.
 * @param schemas of every event type that is read
 * @param check is filled in on the way
 * @throws ShakedownError RUN_NOT_FOUND when the journal cannot be read
 */
export async function* readJournal(
  file: string,
  schemas: EventSchemas,
  onDamaged: () => void,
  check: JournalCheck = noCheck(),
): AsyncGenerator<TimedData> {
  const hash = createHash('sha256');
  let number = 0;
  let rest: Buffer[] = [];
  let restBytes = 0;
  const take = (line: Buffer): TimedData | null => {
    number++;
    const event = restBytes > lineBytesAtMost ? 'damaged' : parse(line.toString('utf8'), schemas);
    if (event === 'damaged' || event === 'torn') {
      onDamaged();
      check.damaged.push(number);
      if (event === 'torn') check.torn.push(number);
    } else if (event?.type === 'shakedown.journal.digest') {
      if (hash.copy().digest('hex') === event.data.sha256) check.coveredTo = number;
      else check.changedBefore ??= number;
    }
    hash.update(line);
    hash.update('\n');
    return typeof event === 'string' ? null : event;
  };
  try {
    // A pipe that nobody writes to would be waited for.
    if (!statSync(file).isFile()) throw new Error('it is no file');
    for await (const piece of createReadStream(file, { highWaterMark: 1 << 16 })) {
      const chunk = piece as Buffer;
      let from = 0;
      for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
        const last = chunk.subarray(from, end);
        const event = take(rest.length === 0 ? last : Buffer.concat([...rest, last]));
        if (event !== null) yield event;
        from = end + 1;
        rest = [];
        restBytes = 0;
      }
      restBytes += chunk.length - from;
      // What is past the longest line is not kept; the digest of such a journal does not hold, and it is none of ours.
      if (restBytes <= lineBytesAtMost) rest.push(chunk.subarray(from));
    }
  } catch (cause) {
    throw new ShakedownError('RUN_NOT_FOUND', `The journal ${file} cannot be read: ${(cause as Error).message}.`, {
      hint: 'Name the folder of a run, one with a journal.ndjson in it.',
      cause,
    });
  }
  const last = restBytes > lineBytesAtMost ? null : parse(Buffer.concat(rest).toString('utf8'), schemas);
  if (last !== null && typeof last !== 'string') yield last;
}

function parse(line: string, schemas: EventSchemas): TimedData | 'damaged' | 'torn' | null {
  if (line.trim() === '') return null;
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return line.startsWith('{') ? 'torn' : 'damaged';
  }
  if (typeof event !== 'object' || event === null) return 'damaged';
  const { type, data, time } = event as Record<string, unknown>;
  if (typeof type !== 'string') return 'damaged';
  const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (schema === undefined) return null;
  if (!schema.safeParse(data).success) return 'damaged';
  return { type: type as EventType, data, time: typeof time === 'string' ? time : '' } as TimedData;
}
