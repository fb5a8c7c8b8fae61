import type { Database } from './database.ts';

const readSql = { name: 'preference', text: 'SELECT value FROM preferences WHERE user_id = $1 AND name = $2' };
const writeSql = {
  name: 'set-preference',
  text: `INSERT INTO preferences (user_id, name, value) VALUES ($1, $2, $3)
    ON CONFLICT (user_id, name) DO UPDATE SET value = $3 RETURNING value`,
};
const swapSql = {
  name: 'swap-preference',
  text: 'UPDATE preferences SET value = $3 WHERE user_id = $1 AND name = $2 AND value = $4 RETURNING value',
};
const remembered = 1000;

export interface PreferenceHooks {
  /** Decides, write by write, whether it is acknowledged and not stored. */
  loses(): boolean;
  /** Decides, read by read, whether it is answered with what this instance knew before. */
  isStale(): boolean;
}

export function createPreferences(database: Database, { loses, isStale }: PreferenceHooks) {
  /** The last two values that this instance saw, of the names it saw last. */
  const known = new Map<string, [before: string, last: string]>();
  const note = (key: string, value: string) => {
    const pair = known.get(key);
    if (pair?.[1] === value) return;
    known.delete(key);
    known.set(key, [pair?.[1] ?? value, value]);
    const [oldest] = known.keys();
    if (known.size > remembered && oldest !== undefined) known.delete(oldest);
  };
  return {
    /** @returns null where it was never set */
    async read(userId: number, name: string): Promise<string | null> {
      const key = `${userId} ${name}`;
      const before = known.get(key)?.[0];
      if (before !== undefined && isStale()) return before;
      const [row] = await database.rows<{ value: string }>(readSql, [userId, name]);
      if (row !== undefined) note(key, row.value);
      return row?.value ?? null;
    },
    /** @param expected stored only where this is the value; absent: whatever it is. @returns false where it was another */
    async write(userId: number, name: string, value: string, expected?: string): Promise<boolean> {
      const values = expected === undefined ? [userId, name, value] : [userId, name, value, expected];
      const run = loses() ? database.rowsThenForget : database.rows;
      const rows = await run(expected === undefined ? writeSql : swapSql, values);
      if (rows.length > 0) note(`${userId} ${name}`, value);
      return rows.length > 0;
    },
  };
}
