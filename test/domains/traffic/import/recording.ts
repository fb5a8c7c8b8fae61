import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type ImportOptions, type ImportResult, importTraffic } from '../../../../src/domains/traffic/import/import.ts';
import { readSessions } from '../../../../src/domains/traffic/recording.ts';
import type { RecordedRequest, RecordedSession } from '../../../../src/model/traffic.ts';

export interface Imported {
  result: ImportResult;
  sessions: RecordedSession[];
  requests: RecordedRequest[];
  /** Arrival of every request after the recording's start, in order of sessions. */
  arrivalsMs: number[];
  out: string;
}

/** A folder for each test, and importing from files or from content written there. */
export function useImport() {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shakedown-import-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const importFiles = async (files: string[], options: Partial<ImportOptions> = {}): Promise<Imported> => {
    const out = join(folder, 'recording');
    const result = await importTraffic({ files, out, tempFolder: join(folder, 'spill'), force: true, ...options });
    const sessions: RecordedSession[] = [];
    for await (const session of readSessions(out, result.manifest)) sessions.push(session);
    const requests = sessions.flatMap((session) => session.requests);
    const arrivalsMs = sessions.flatMap(({ startMs, requests }) => requests.map(({ offsetMs }) => startMs + offsetMs));
    return { result, sessions, requests, arrivalsMs, out };
  };
  const write = async (content: string | Buffer, name = 'input'): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, content);
    return file;
  };
  return {
    folder: () => folder,
    write,
    importFiles,
    importText: async (content: string | Buffer, options: Partial<ImportOptions> = {}) =>
      importFiles([await write(content)], options),
  };
}

/** Lines of our own NDJSON. */
export function ndjson(rows: Record<string, unknown>[]): string {
  return rows
    .map((row) => `${JSON.stringify({ time: 1_700_000_000_000, method: 'GET', url: '/', ...row })}\n`)
    .join('');
}

/** A line of a combined log at a second of a minute. */
export function combined(path: string, second: number, rest = '', client = '192.0.2.1'): string {
  const time = `10/Oct/2023:13:55:${String(second).padStart(2, '0')} +0000`;
  return `${client} - - [${time}] "GET ${path} HTTP/1.1" 200 512 "-" "curl/8.0"${rest}\n`;
}

export const fixture = (name: string) => new URL(`../../../fixtures/traffic/${name}`, import.meta.url).pathname;
