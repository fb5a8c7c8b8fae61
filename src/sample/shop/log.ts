import { appendFile } from 'node:fs/promises';

export type Level = 'info' | 'warn' | 'error';

export interface Log {
  readonly access: boolean;
  write(level: Level, message: string, fields?: Record<string, unknown>): void;
  close(): Promise<void>;
}

const flushEveryMs = 100;

/** JSON lines, `{time, level, instance, version, message, …}`, gathered and appended ten times a second. No file: no log. */
export function openLog(file: string | null, access: boolean, fixed: Record<string, unknown>): Log {
  let lines: string[] = [];
  let writing = Promise.resolve();
  const flush = () => {
    if (lines.length === 0 || file === null) return;
    const text = lines.join('');
    lines = [];
    // A log that cannot be written must not take the shop down.
    writing = writing.then(() => appendFile(file, text)).catch(() => {});
  };
  const timer = file === null ? undefined : setInterval(flush, flushEveryMs);
  return {
    access: access && file !== null,
    write(level, message, fields = {}) {
      if (file === null) return;
      lines.push(`${JSON.stringify({ time: new Date().toISOString(), level, ...fixed, message, ...fields })}\n`);
    },
    async close() {
      clearInterval(timer);
      flush();
      await writing;
    },
  };
}
