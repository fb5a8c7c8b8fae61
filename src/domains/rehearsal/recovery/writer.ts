import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Cluster } from './clusters/cluster.ts';

/** What writes are sent to: a cluster, or what stands in front of one. */
type Place = Pick<Cluster, 'name' | 'url'>;

/** One write and what became of it. Times of the run's clock, ms. */
export interface Write {
  id: number;
  /** Cluster that it was sent to. */
  to: string;
  sentMs: number;
  /** null: never. */
  acknowledgedMs: number | null;
  /** `unknown`: the connection broke, so it may be there or not. */
  outcome: 'acknowledged' | 'refused' | 'unknown' | 'under way';
}

export interface WriterOptions {
  perSecond: number;
  now(): number;
  /** 1 where nothing is said. */
  firstId?: number;
  /** Called once for each row of troubles, at the first write or connection that fails. */
  onTrouble?(): void;
}

export const table = 'shakedown_writes';
/** Clients at the same time: one alone would show one write under way at the loss. */
const clients = 8;
/** Clients that cannot write ask again and again; more often would keep the new primary from its promotion. */
const againAfterMs = 15;
const connectMs = 1000;
const answerMs = 5000;
/** PostgreSQL, error codes: what was refused was not done. Connection exceptions and `query_canceled` say nothing of the write. */
const refused = /^(25006|57P03|53300|3D000|28|42)/;

export async function createTable(on: Cluster): Promise<void> {
  await on.query(
    `CREATE TABLE ${table} (id bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(), payload text NOT NULL)`,
  );
}

/** Writes rows at a steady rate to whichever cluster takes them, and notes what was acknowledged. Nothing is written twice. */
export class Writer {
  readonly #clusters: readonly Place[];
  readonly #options: WriterOptions;
  readonly #stop = new AbortController();
  #working: Promise<unknown> = Promise.resolve();
  #next: number;
  /** Where the last acknowledged write went. */
  #at = 0;
  readonly writes: Write[] = [];

  constructor(clusters: readonly Place[], options: WriterOptions) {
    this.#clusters = clusters;
    this.#options = options;
    this.#next = options.firstId ?? 1;
  }

  start(): void {
    const everyMs = (1000 * clients) / this.#options.perSecond;
    this.#working = Promise.all(
      Array.from({ length: clients }, (_, i) => this.#client(everyMs, (everyMs * i) / clients)),
    );
    this.#working.catch(() => {});
  }

  /** Ends once every write that was sent has an outcome. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#working;
  }

  acknowledged(by: Place): (Write & { acknowledgedMs: number })[] {
    return this.writes.filter(
      (each): each is Write & { acknowledgedMs: number } => each.to === by.name && each.acknowledgedMs !== null,
    );
  }

  async #client(everyMs: number, offsetMs: number): Promise<void> {
    const { now, onTrouble } = this.#options;
    let [client, at]: [pg.Client | null, number] = [null, this.#at];
    let dueMs = now() + offsetMs;
    while (!this.#stop.signal.aborted) {
      const waitMs = dueMs - now();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: this.#stop.signal }).catch(() => {});
      if (this.#stop.signal.aborted) break;
      const cluster = this.#clusters[at];
      if (cluster === undefined) break;
      client ??= await connected(cluster);
      const write = client === null ? null : await this.#write(client, cluster);
      if (write?.outcome === 'acknowledged') {
        this.#at = at;
        // What was not sent in an outage is not made up for.
        dueMs = Math.max(dueMs + everyMs, now() - everyMs);
        continue;
      }
      onTrouble?.();
      await ended(client);
      client = null;
      at = this.#at === at ? (at + 1) % this.#clusters.length : this.#at;
      dueMs = now() + againAfterMs;
    }
    await ended(client);
  }

  async #write(client: pg.Client, { name }: Place): Promise<Write> {
    const { now } = this.#options;
    const id = this.#next++;
    const write: Write = { id, to: name, sentMs: now(), acknowledgedMs: null, outcome: 'under way' };
    this.writes.push(write);
    try {
      await client.query(insert, [id, payload]);
      write.acknowledgedMs = now();
      write.outcome = 'acknowledged';
    } catch (error) {
      write.outcome = refused.test((error as { code?: string }).code ?? '') ? 'refused' : 'unknown';
    }
    return write;
  }
}

const payload = 'x'.repeat(200);
const insert = `INSERT INTO ${table} (id, payload) VALUES ($1, $2)`;

async function connected({ url }: Place): Promise<pg.Client | null> {
  const client = new pg.Client({
    ...{ connectionString: url, connectionTimeoutMillis: connectMs, query_timeout: answerMs },
    application_name: 'shakedown-writer',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch {
    return null;
  }
}

/** A connection that does not answer is not waited for. */
async function ended(client: pg.Client | null): Promise<void> {
  if (client === null) return;
  await Promise.race([client.end().catch(() => {}), sleep(500, undefined, { ref: false })]);
}

/** What a client gets that knows this cluster only: each write on a connection of its own. */
export async function tryWrites(to: Cluster, ids: readonly number[]): Promise<{ accepted: number; why: string }> {
  let [accepted, why] = [0, ''];
  for (const id of ids) {
    try {
      await to.query(insert, [id, payload]);
      accepted++;
    } catch (error) {
      why = (error as Error).message;
    }
  }
  return { accepted, why };
}

/** Ids that are there. */
export async function idsOn(cluster: Cluster): Promise<Set<number>> {
  const rows = await cluster.query<{ id: string }>(`SELECT id FROM ${table}`);
  return new Set(rows.map(({ id }) => Number(id)));
}
