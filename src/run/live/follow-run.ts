import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFigures, RunFollower } from '../../domains/live.ts';
import type { EventSchemas, JournalData } from '../../model/event.ts';
import { runEvents } from '../../model/run-events.ts';
import { judgings } from '../results/fold.ts';
import { Panels } from './panels.ts';

const pieceBytes = 1 << 20;
/** So much is read at a time: a journal of a day is caught up with over several looks. */
const piecesAtOnce = 16;

/**
 * Follows the journal of a run that another process makes, from its beginning on; what was read is not read again. It shows what the live view shows, and judges
 * nothing. @param folder of the run
 */
export async function followRun(folder: string): Promise<RunFollower> {
  const file = join(folder, 'journal.ndjson');
  const schemas: EventSchemas = Object.assign(
    {},
    runEvents,
    ...(await judgings()).map(({ judging }) => judging.events),
  ) as EventSchemas;
  const panels = await Panels.open(() => {});
  const piece = Buffer.alloc(pieceBytes);
  let [at, rest] = [0, ''];
  let load: RunFigures['load'] = null;
  const take = (line: string) => {
    const event = parsed(line, schemas);
    if (event === null) return;
    panels.follow(event);
    if (event.type === 'shakedown.window.closed') {
      const { window } = event.data;
      const answered = window.completed + window.failed;
      load = {
        ratePerSecond: (1000 * answered) / window.durationMs,
        plannedRatePerSecond: (1000 * window.planned) / window.durationMs,
        p95Ms: window.response.p95,
        p99Ms: window.response.p99,
        errorPercent: answered === 0 ? null : (100 * window.failed) / answered,
        isInvalid: window.invalid !== null,
      };
    }
  };
  return {
    look() {
      let fd: number | undefined;
      try {
        fd = openSync(file, 'r');
        for (let count = 0; count < piecesAtOnce; count++) {
          const read = readSync(fd, piece, 0, piece.length, at);
          if (read === 0) break;
          at += read;
          const lines = `${rest}${piece.toString('latin1', 0, read)}`.split('\n');
          rest = lines.pop() ?? '';
          // Bytes were kept one by one, so that a sign cut in two is put together again.
          for (const line of lines) take(Buffer.from(line, 'latin1').toString('utf8'));
        }
      } catch {
        // It is not there yet, or not any more.
      } finally {
        if (fd !== undefined) closeSync(fd);
      }
      return { load, panels: panels.views().map(({ id, figures }) => ({ id, figures })) };
    },
  };
}

function parsed(line: string, schemas: EventSchemas): JournalData | null {
  try {
    const { type, data } = JSON.parse(line) as { type: string; data: unknown };
    const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
    return schema?.safeParse(data).success === true ? ({ type, data } as JournalData) : null;
  } catch {
    return null;
  }
}
