import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { ShakedownError } from '../model/error.ts';
import type { JournalData, JournalEvent } from '../model/event.ts';
import { type Clock, systemClock } from './clock.ts';

type EventType = JournalData['type'];
type DataOf<T extends EventType> = Extract<JournalData, { type: T }>['data'];

/** A journal without these cannot be distinguished from that of another run, or of one that continued: they reach the disk at once. */
const important: ReadonlySet<EventType> = new Set([
  'shakedown.run.started',
  'shakedown.plan.ready',
  'shakedown.load.started',
  'shakedown.load.ended',
  'shakedown.run.interrupted',
  'shakedown.run.resumed',
  'shakedown.run.ended',
]);
const syncEveryMs = 1000;
const digestEveryMs = 60_000;
const pieceBytes = 1 << 20;

export interface Journal {
  /**
   * Writes one event before it returns, so that a killed process loses none; a lost machine loses a second at most.
   * @throws ShakedownError JOURNAL_WRITE the first time an event cannot be written; later ones are tried again and counted in `lost`
   */
  append<T extends EventType>(type: T, data: DataOf<T>): void;
  /** Events that could not be written. */
  readonly lost: number;
  close(): void;
}

export interface JournalOptions {
  /** `shakedown/runs/<id>` */
  source: string;
  clock?: Clock;
}

/**
 * Opens a journal to append to: CloudEvents 1.0, one JSON object a line.
 * @throws ShakedownError JOURNAL_WRITE when it cannot be opened
 */
export function openJournal(file: string, options: JournalOptions): Journal {
  const clock = options.clock ?? systemClock;
  let fd: number;
  // Of every byte of the file, whoever wrote it.
  let hash: Hash;
  try {
    // Events may name what was asked for.
    fd = openSync(file, 'a+', 0o600);
    hash = hashOf(fd);
  } catch (cause) {
    throw failure(file, cause);
  }
  // What a killed process left may end within a line, which must not swallow the next event.
  let torn = endsWithinLine(fd);
  let isEmpty = fstatSync(fd).size === 0;
  let sequence = 0;
  let lost = 0;
  let syncedAt = clock.monotonicMs();
  let digestAt = syncedAt;
  let closed = false;

  const write: Journal['append'] = (type, data) => {
    const now = clock.now();
    const event: JournalEvent = {
      specversion: '1.0',
      id: `${now.toString(36)}-${sequence++}`,
      source: options.source,
      type,
      time: new Date(now).toISOString(),
      datacontenttype: 'application/json',
      data,
    };
    const line = Buffer.from(`${torn ? '\n' : ''}${JSON.stringify(event)}\n`);
    let written = 0;
    try {
      while (written < line.length) written += writeSync(fd, line, written);
      hash.update(line);
      torn = false;
      const at = clock.monotonicMs();
      if (important.has(type) || at - syncedAt >= syncEveryMs) {
        fsyncSync(fd);
        syncedAt = at;
      }
    } catch (cause) {
      if (written < line.length) hash.update(line.subarray(0, written));
      if (written > 0 && written < line.length) torn = true;
      lost++;
      if (lost === 1) throw failure(file, cause);
    }
  };

  const writeDigest = () => {
    const before = hash.copy();
    // The next line ends the one that was cut off first.
    if (torn) before.update('\n');
    write('shakedown.journal.digest', { sha256: before.digest('hex') });
  };

  return {
    get lost() {
      return lost;
    },
    append(type, data) {
      if (closed) throw new Error(`${file}: append after close`);
      const at = clock.monotonicMs();
      // What comes before is covered by then; a first event has nothing before it, and is the first line, however long the run took to begin.
      if (!isEmpty && at - digestAt >= digestEveryMs) {
        digestAt = at;
        writeDigest();
      }
      write(type, data);
      isEmpty = false;
      if (type === 'shakedown.run.ended') writeDigest();
    },
    close() {
      if (closed) return;
      closed = true;
      try {
        fsyncSync(fd);
      } catch {
        // Lost events were reported when they were appended.
      }
      closeSync(fd);
    },
  };
}

function hashOf(fd: number): Hash {
  const hash = createHash('sha256');
  if (!fstatSync(fd).isFile()) return hash;
  const piece = Buffer.alloc(pieceBytes);
  let at = 0;
  for (let read = readSync(fd, piece, 0, piece.length, at); read > 0; read = readSync(fd, piece, 0, piece.length, at)) {
    hash.update(piece.subarray(0, read));
    at += read;
  }
  return hash;
}

function endsWithinLine(fd: number): boolean {
  const stat = fstatSync(fd);
  if (!stat.isFile() || stat.size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, stat.size - 1);
  return last[0] !== 0x0a;
}

function failure(file: string, cause: unknown): ShakedownError {
  const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
  const why = full ? 'the disk is full' : (cause as Error).message;
  return new ShakedownError('JOURNAL_WRITE', `Cannot write the journal ${file}: ${why}.`, {
    hint: full
      ? 'Free some space; events are written again as soon as there is some.'
      : 'Check the folder and its permissions.',
    cause,
  });
}
