import pg from 'pg';
import { attempt, type Outcome, type Probe, unreachable, wrongPort } from './probe.ts';
import type { PostgresCheck } from './settings.ts';

/** Whether a PostgreSQL lets us in and answers. */
export async function postgresProbe({ url, timeoutS, wrongPassword }: PostgresCheck): Promise<Probe> {
  const timeoutMs = timeoutS * 1000;
  const right = new URL(url);
  const closed = new URL(url);
  closed.port = String(await wrongPort(right.hostname));
  const stranger = new URL(url);
  stranger.password = 'shakedown-control';
  const hasPassword = right.password !== '';
  return {
    run: (signal) => answered(url, timeoutMs, signal),
    controls: [
      { wrong: 'a wrong port', run: (signal) => answered(closed.href, timeoutMs, signal), reason: unreachable },
      ...(hasPassword && wrongPassword
        ? [
            {
              wrong: 'a wrong password',
              run: (signal: AbortSignal) => answered(stranger.href, timeoutMs, signal),
              reason: /28P01|28000|password/,
            },
          ]
        : []),
    ],
    withheld: [
      ...(hasPassword ? [] : ['a wrong password: it is used without one']),
      ...(hasPassword && !wrongPassword ? ['a wrong password: not wanted'] : []),
    ],
  };
}

function answered(url: string, timeoutMs: number, signal: AbortSignal): Promise<Outcome> {
  return attempt(signal, timeoutMs, async () => {
    const { rows } = await asked(url, timeoutMs, 'SELECT current_setting($1) AS version', ['server_version']);
    return `PostgreSQL ${String(rows[0]?.version ?? '')}`;
  });
}

/**
 * One statement on a connection of its own.
 * @throws Error with PostgreSQL's or the system's code
 */
export async function asked(
  url: string,
  timeoutMs: number,
  statement: string,
  values: readonly unknown[] = [],
): Promise<{ rows: Record<string, unknown>[] }> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    application_name: 'shakedown-health',
  });
  // One that breaks while it idles must not end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    return await client.query(statement, [...values]);
  } finally {
    await client.end().catch(() => {});
  }
}
