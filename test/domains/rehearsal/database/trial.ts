import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { loadConfig } from '../../../../src/config/load.ts';
import type { Check, Mark } from '../../../../src/domains/part.ts';
import type { Evidence } from '../../../../src/domains/rehearsal/database/evidence.ts';
import { judge } from '../../../../src/domains/rehearsal/database/judge.ts';
import { run } from '../../../../src/domains/rehearsal/database/run.ts';
import type { Staging } from '../../../../src/domains/rehearsal/system/staging.ts';
import { withTeardown } from '../../../../src/evidence/teardown.ts';
import { domains } from '../../../../src/run/domains.ts';

export interface Trial {
  /** SQL by the name of its file. */
  files: Record<string, string>;
  /** Settings of rehearsal.migration. */
  more?: object;
}

/** Rehearses a migration on a database of its own, without other traffic. */
export async function tried(
  url: string,
  { files, more = {} }: Trial,
): Promise<{ evidence: Evidence[]; checks: readonly Check[]; marks: Mark[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'migration-'));
  const sql = join(folder, 'sql');
  await mkdir(sql);
  for (const [name, text] of Object.entries(files)) await writeFile(join(sql, name), text);
  const short = { settleMs: 500, blockerMs: 300, retryMs: 2000, stepMs: 60_000, batchPauseMs: 1 };
  const isCommand = 'command' in more;
  const migration = { databaseUrl: url, ...(isCommand ? {} : { folder: sql }), ...short, ...more };
  const { config } = await loadConfig({
    ...{ cwd: folder, domains, replays: false },
    overrides: { target: { baseUrl: 'http://127.0.0.1:9' }, rehearsal: { migration } },
  });
  const evidence: Evidence[] = [];
  const marks: Mark[] = [];
  const staging = { environment: {}, current: null, switch: { baseUrl: 'http://127.0.0.1:9' }, weights: {} };
  await withTeardown((teardown) =>
    run({
      ...{ config, candidate: 'v2', previous: 'v1', folder, teardown, staging: staging as unknown as Staging },
      signal: new AbortController().signal,
      now: () => performance.now(),
      record: (piece) => evidence.push(structuredClone(piece)),
      mark: (mark) => marks.push(mark),
      second: () => {},
      phase: () => {},
      override: () => null,
    }),
  );
  const { checks } = judge(evidence.map((data) => ({ atMs: 0, data })));
  return { evidence, checks, marks };
}

/** `pass`, or the verdict with its reason. */
export function said(checks: readonly Check[], id: string): string {
  const found = checks.find((each) => each.id === id);
  if (found === undefined) return 'not asked';
  return found.verdict === 'pass' ? 'pass' : `${found.verdict}: ${found.reason}`;
}

export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
