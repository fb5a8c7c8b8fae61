import { createReadStream } from 'node:fs';
import { ShakedownError } from '../model/error.ts';
import type { EventSchemas, EventType, JournalData } from '../model/event.ts';

/** A journal line holds one window of all routes at the most; longer ones are damage, and are not kept in memory. */
const lineCharactersAtMost = 8_000_000;

export type TimedData = JournalData & { time: string };

/**
 * Streams the known events of a journal. Types of later versions are passed over; a last line that a killed run left unfinished is
 * too; any other line that is not an event is counted through `onDamaged`.
 * @param schemas of every event type that is read
 * @throws ShakedownError RUN_NOT_FOUND when the journal cannot be read
 */
export async function* readJournal(
  file: string,
  schemas: EventSchemas,
  onDamaged: () => void,
): AsyncGenerator<TimedData> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 16 })) {
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() ?? '').slice(0, lineCharactersAtMost);
      for (const line of lines) {
        const event = parse(line, schemas);
        if (event === 'damaged') onDamaged();
        else if (event !== null) yield event;
      }
    }
  } catch (cause) {
    throw new ShakedownError('RUN_NOT_FOUND', `The journal ${file} cannot be read: ${(cause as Error).message}.`, {
      hint: 'Name the folder of a run, one with a journal.ndjson in it.',
      cause,
    });
  }
  const last = parse(rest, schemas);
  if (last !== null && last !== 'damaged') yield last;
}

function parse(line: string, schemas: EventSchemas): TimedData | 'damaged' | null {
  if (line.trim() === '') return null;
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return 'damaged';
  }
  if (typeof event !== 'object' || event === null) return 'damaged';
  const { type, data, time } = event as Record<string, unknown>;
  if (typeof type !== 'string') return 'damaged';
  const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (schema === undefined) return null;
  if (!schema.safeParse(data).success) return 'damaged';
  return { type: type as EventType, data, time: typeof time === 'string' ? time : '' } as TimedData;
}
