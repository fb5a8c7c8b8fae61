import type pg from 'pg';
import { connected } from '../target.ts';

type Code = 'old' | 'new';

/** What one statement does on one schema; null: it works. */
export interface Tried {
  code: Code;
  after: string | null;
  statement: string;
  fresh: string | null;
  pooled: string | null;
}

/**
 * Statements of the old and the new code, each on a connection that stays open while the schema changes under it, as connections of a pool do: prepared
 * before the change, and again after it. Whatever they change is taken back.
 */
export class CodeStatements {
  readonly #url: string;
  readonly #statements: readonly { code: Code; text: string }[];
  #pooled: pg.Client[] = [];

  constructor(url: string, { old, new: fresh }: { old: readonly string[]; new: readonly string[] }) {
    this.#url = url;
    const of = (code: Code, texts: readonly string[]) => texts.map((text) => ({ code, text }));
    this.#statements = [...of('old', old), ...of('new', fresh)];
  }

  /** Tries them all on the schema as it is now. @param after the step that was done last; null: none was */
  async tryAll(after: string | null): Promise<Tried[]> {
    const found: Tried[] = [];
    for (const [i, { code, text }] of this.#statements.entries()) {
      const earlier = this.#pooled[i];
      const pooled = earlier === undefined ? null : await tried(earlier, `pooled_${i}`, text);
      const client = await connected(this.#url, 'shakedown');
      const fresh = await tried(client, `pooled_${i}`, text);
      found.push({ code, after, statement: text, fresh, pooled });
      await earlier?.end().catch(() => {});
      this.#pooled[i] = client;
    }
    return found;
  }

  async end(): Promise<void> {
    await Promise.all(this.#pooled.map((client) => client.end().catch(() => {})));
    this.#pooled = [];
  }
}

async function tried(client: pg.Client, name: string, text: string): Promise<string | null> {
  try {
    await client.query('BEGIN');
    await client.query({ name, text });
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.query('ROLLBACK').catch(() => {});
  }
}
