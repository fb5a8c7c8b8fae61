import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { LogStore } from '../../configuration/logs.ts';
import { parseLine } from '../line.ts';
import { foundAtMost, type LogBackend, linesAtMost } from './backend.ts';

type Store = Extract<LogStore, { kind: 'file' }>;

const bytesAtMost = 64 << 20;

/**
 * Files in which lines are collected: by the application itself, by rsyslog, by any shipper. What was in them before they were opened is not read:
 * nothing that is looked for can be in it, and it may be large.
 */
export function files(store: Store): LogBackend {
  const begins = placesOf(store.files);
  const texts = () => store.files.flatMap((file) => linesSince(file, begins.get(file) ?? null));
  return {
    async about() {
      // One that nothing was written to yet may still come.
      const absent = store.files.filter((file) => begins.get(file) === null).map((file) => basename(file));
      const what =
        store.files.length === 1 ? `the file ${basename(store.files[0] ?? '')}` : `${store.files.length} files`;
      return absent.length === 0 ? what : `${what}; not there at first: ${absent.join(', ')}`;
    },
    find: async (prefix) =>
      texts()
        .filter((text) => text.includes(prefix))
        .slice(0, foundAtMost)
        .map((text) => parseLine(text, store.fields)),
    async lines({ fromMs, toMs }) {
      const found = texts()
        .map((text) => parseLine(text, store.fields))
        .filter(({ atMs }) => atMs !== null && atMs >= Math.floor(fromMs) && atMs <= Math.ceil(toMs));
      return { lines: found.slice(0, linesAtMost), total: found.length };
    },
    dropped: async () => null,
    types: async () => null,
  };
}

interface Place {
  inode: number;
  size: number;
}

/** null: it is not there. */
function placeOf(file: string): Place | null {
  try {
    const { ino, size } = statSync(file);
    return { inode: ino, size };
  } catch {
    return null;
  }
}

/** Whole lines that were added; all of them where the file is another one now. @throws Error where it can't be read, or more than 64 MB were added */
export function linesSince(file: string, begin: Place | null): string[] {
  const fd = openSync(file, 'r');
  try {
    const { ino, size } = fstatSync(fd);
    const from = begin === null || begin.inode !== ino || begin.size > size ? 0 : begin.size;
    if (size - from > bytesAtMost) throw new Error(`more than ${bytesAtMost >> 20} MB were added to ${basename(file)}`);
    const buffer = Buffer.alloc(size - from);
    const bytes = readSync(fd, buffer, 0, buffer.length, from);
    const end = buffer.lastIndexOf(0x0a, bytes - 1) + 1;
    return buffer
      .toString('utf8', 0, end)
      .split('\n')
      .filter((line) => line.trim() !== '');
  } finally {
    closeSync(fd);
  }
}

export const placesOf = (list: readonly string[]) => new Map(list.map((file) => [file, placeOf(file)]));
