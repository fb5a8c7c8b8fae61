import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { histogramLogHeader } from '../../../stats/hlog.ts';

/** Longer than any line. */
const lineBytesAtMost = 1 << 20;

/**
 * Opens an interval log to append to, with its header. A line that a killed run left unfinished is taken away: it would swallow the next.
 * @returns a file descriptor
 */
export function openLog(file: string, startedAt: Date): number {
  const fd = openSync(file, 'a+', 0o600);
  const { size } = fstatSync(fd);
  const tail = Buffer.alloc(Math.min(size, lineBytesAtMost));
  readSync(fd, tail, 0, tail.length, size - tail.length);
  const end = tail.lastIndexOf(0x0a);
  if (end + 1 < tail.length) ftruncateSync(fd, size - tail.length + end + 1);
  if (fstatSync(fd).size === 0) appendText(fd, histogramLogHeader(startedAt));
  return fd;
}

/** Writes all of it, or throws and leaves the file as long as it was. */
export function appendText(fd: number, text: string): void {
  const { size } = fstatSync(fd);
  const bytes = Buffer.from(text, 'latin1');
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
  } catch (error) {
    ftruncateSync(fd, size);
    throw error;
  }
}

export function closeLog(fd: number): void {
  closeSync(fd);
}
