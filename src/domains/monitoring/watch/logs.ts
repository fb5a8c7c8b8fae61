import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { redact } from './redact.ts';

const bytesAtMost = 4 << 20;
const lineCharactersAtMost = 16_384;

export interface LogErrors {
  count: number;
  /** One of the lines, redacted. */
  example: string;
  /** More was written than is read at once: errors in it are not counted. */
  skippedBytes: number;
  /** There is no such file now. */
  isAbsent: boolean;
}

/**
 * Follows a log file from its end: every call counts the error lines written since the last one. A file that was rotated or cut off is read
 * from its beginning, one that is not there yet from its beginning when it comes.
 * @param pattern regular expression of an error line; null: those of level error or worse
 * @throws Error of the file system, but for a file that is not there
 */
export function followLog(file: string, pattern: string | null): () => LogErrors {
  const wanted = pattern === null ? null : new RegExp(pattern);
  let at = sizeOf(file);
  return () => {
    const found: LogErrors = { count: 0, example: '', skippedBytes: 0, isAbsent: false };
    const fd = open(file);
    if (fd === null) {
      at = { inode: null, offset: 0 };
      found.isAbsent = true;
      return found;
    }
    try {
      const { ino, size } = fstatSync(fd);
      if (at.inode !== ino || size < at.offset) {
        at = { inode: ino, offset: 0 };
      }
      if (size - at.offset > bytesAtMost) {
        found.skippedBytes = size - at.offset - bytesAtMost;
        at.offset = size - bytesAtMost;
      }
      const buffer = Buffer.alloc(size - at.offset);
      const bytes = readSync(fd, buffer, 0, buffer.length, at.offset);
      // Cut at the last whole line, so that no character is cut in two.
      const end = buffer.lastIndexOf(0x0a, bytes - 1) + 1;
      const taken = end === 0 && bytes > lineCharactersAtMost ? bytes : end;
      at.offset += taken;
      const lines = buffer.toString('utf8', 0, taken).split('\n');
      for (const line of lines) {
        const message = line === '' ? null : errorIn(line.slice(0, lineCharactersAtMost), wanted);
        if (message === null) continue;
        found.count++;
        if (found.example === '') found.example = redact(message);
      }
    } finally {
      closeSync(fd);
    }
    return found;
  };
}

function open(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function sizeOf(file: string): { inode: number | null; offset: number } {
  let fd: number | null = null;
  try {
    fd = openSync(file, 'r');
    const { ino, size } = fstatSync(fd);
    return { inode: ino, offset: size };
  } catch {
    return { inode: null, offset: 0 };
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

const worse = /^(err|error|fatal|crit|critical|panic|severe|alert|emerg|emergency)$/i;
const errorWord =
  /\b(ERROR|FATAL|CRITICAL|PANIC|SEVERE|EMERG(?:ENCY)?)\b|\blevel=(?:error|fatal|critical|panic)\b|\[(?:error|fatal|crit|alert|emerg)\]/;
/** From here on, levels of bunyan and pino are errors. */
const errorLevel = 50;

/** What an error line says; null when it is none. */
function errorIn(line: string, wanted: RegExp | null): string | null {
  const entry = line.startsWith('{') ? jsonOf(line) : null;
  if (wanted !== null) return wanted.test(line) ? messageOf(entry, line) : null;
  if (entry === null) return errorWord.test(line) ? line : null;
  const level = entry.level ?? entry.severity ?? entry.lvl ?? entry['log.level'];
  const isError = typeof level === 'number' ? level >= errorLevel : typeof level === 'string' && worse.test(level);
  return isError ? messageOf(entry, line) : null;
}

function messageOf(entry: Record<string, unknown> | null, line: string): string {
  const message = entry?.message ?? entry?.msg ?? entry?.error;
  return typeof message === 'string' && message !== '' ? message : line;
}

function jsonOf(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
