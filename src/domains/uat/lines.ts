import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UatEvent } from '../../model/uat.ts';

const reserveBytes = 256 * 1024;

/** Lines of `uat.ndjson`, with room kept free so that a disk that fills up within a run takes none of them. */
export interface EventLines {
  write(event: UatEvent): void;
  /** Whether the disk has been full. */
  readonly isFull: boolean;
  /** Gives the rest of the room back. */
  end(): void;
}

/** @param folder of the run */
export function openEventLines(folder: string): EventLines {
  const path = join(folder, 'uat.ndjson');
  const reserve = join(folder, '.reserve');
  const release = () => rmSync(reserve, { force: true });
  let isFull = false;
  // What could not be written yet, in order.
  const waiting: string[] = [];
  try {
    writeFileSync(reserve, Buffer.alloc(reserveBytes, 1));
  } catch {
    // Then there is none.
  }
  return {
    write(event) {
      waiting.push(JSON.stringify(event));
      for (let attempt = 0; attempt < 2; attempt++) {
        try {
          // A line that was cut off stays one by itself, and is passed over.
          appendFileSync(path, `${isFull ? '\n' : ''}${waiting.join('\n')}\n`, { mode: 0o600 });
          waiting.length = 0;
          return;
        } catch {
          isFull = true;
          release();
        }
      }
    },
    get isFull() {
      return isFull;
    },
    end: release,
  };
}
