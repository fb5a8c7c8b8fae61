import type pg from 'pg';
import type { ProofCheck } from '../../../model/chaos.ts';

/** A database server as one of its clients knows it. */
export interface ServerWatch {
  /** Whether the connection from before was cut, and whether another server, or the same one started anew, answers now. */
  checks(withinMs: number): Promise<ProofCheck[]>;
  end(): Promise<void>;
}

/** Of PostgreSQL: changes with every start, and from server to server. */
const identity = `select pg_postmaster_start_time()::text as started, coalesce(host(inet_server_addr()), 'local') || ':' || coalesce(inet_server_port(), 0) as at, pg_is_in_recovery() as standby`;

interface Identity {
  started: string;
  at: string;
  standby: boolean;
}

/** Connects before the fault. @throws what connecting threw */
export async function watchServer(url: string): Promise<ServerWatch> {
  const held = await connected(url);
  let cut = false;
  held.on('error', () => {
    cut = true;
  });
  held.on('end', () => {
    cut = true;
  });
  const before = await identityOf(held);
  return {
    async checks(withinMs) {
      const deadline = performance.now() + withinMs;
      let now: Identity | null = null;
      for (;;) {
        now = await ask(url);
        // A standby may still become the primary.
        const isOther = now !== null && !now.standby && (now.started !== before.started || now.at !== before.at);
        if ((cut && isOther) || performance.now() > deadline) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return [
        { what: 'a connection opened before', expected: 'cut', measured: cut ? 'cut' : 'still there', held: cut },
        {
          what: 'a new connection',
          expected: `a server started after ${before.started}, or another than ${before.at}`,
          measured: now === null ? `no answer within ${withinMs / 1000} s` : `${now.at}, started ${now.started}`,
          held: now !== null && !now.standby && (now.started !== before.started || now.at !== before.at),
        },
      ];
    },
    async end() {
      if (!cut) await held.end().catch(() => {});
    },
  };
}

async function connected(url: string): Promise<pg.Client> {
  const { Client } = (await import('pg')).default;
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function identityOf(client: pg.Client): Promise<Identity> {
  const { rows } = await client.query<Identity>(identity);
  return rows[0] ?? { started: '', at: '', standby: false };
}

async function ask(url: string): Promise<Identity | null> {
  try {
    const client = await connected(url);
    try {
      return await identityOf(client);
    } finally {
      await client.end();
    }
  } catch {
    return null;
  }
}
