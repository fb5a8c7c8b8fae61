import { createHash } from 'node:crypto';
import { ShakedownError } from '../../../model/error.ts';
import { valueToken } from '../../../model/plan.ts';
import type { RecordedSession } from '../../../model/traffic.ts';
import { readTableFile, requireColumn } from './table-file.ts';

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;
const environment = /^env\.([A-Za-z_]\w*)$/;
/** What a placeholder's value comes from is its first character, so that no name is one of another kind or of `replay.extraction`. */
const origins = { taken: '0', user: '1', environment: '2' } as const;

/** Names of values that a login takes, as the engine gets them. */
export const takenName = (name: string) => origins.taken + name;

/**
 * What `{{name}}` in the configuration stands for. The plan has placeholders in their place; what a session knows from its beginning (its
 * user, environment variables) goes with it to the engine, and what a login takes from its answers is filled in there.
 */
export class Identity {
  readonly #nonce: string;
  readonly #seed: number;
  readonly #taken: ReadonlySet<string>;
  readonly #rows: readonly Map<string, string>[];
  readonly #columns: readonly string[];
  readonly #usersFile: string;
  /** Used ones only, by the name of their placeholder. */
  readonly #used = new Map<string, (row: number) => string>();
  readonly #values = new Map<number, Readonly<Record<string, string>>>();

  private constructor(
    nonce: string,
    seed: number,
    taken: ReadonlySet<string>,
    rows: readonly Map<string, string>[],
    usersFile: string,
  ) {
    this.#usersFile = usersFile;
    this.#nonce = nonce;
    this.#seed = seed;
    this.#taken = taken;
    this.#rows = rows;
    this.#columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  }

  /**
   * @param taken names of values that a login takes
   * @param usersFile absent: all sessions have the same credentials
   * @throws ShakedownError PLAN_DATA for a file that cannot be read or has no rows
   */
  static async read(nonce: string, seed: number, taken: ReadonlySet<string>, usersFile?: string): Promise<Identity> {
    const rows = usersFile === undefined ? [] : await readTableFile(usersFile);
    if (usersFile !== undefined && rows.length === 0)
      throw new ShakedownError('PLAN_DATA', `The file of users ${usersFile} has no rows.`);
    return new Identity(nonce, seed, taken, rows, usersFile ?? '');
  }

  get users(): number | null {
    return this.#rows.length === 0 ? null : this.#rows.length;
  }

  /**
   * A text of the configuration with what the engine fills in instead of `{{…}}`.
   * @param where for messages: `replay.login`
   * @param onlyTaken it may stand in messages of others (a path in an access log), so no secret may
   * @throws ShakedownError PLAN_LOGIN for a name that is nothing, or a variable that is not set; PLAN_DATA for a user who lacks the value
   */
  filled(text: string, where: string, onlyTaken = false): string {
    return text.replace(placeholder, (_, name: string) =>
      valueToken(this.#nonce, this.#nameOf(name, where, onlyTaken)),
    );
  }

  /** The same for the texts within a JSON value. */
  filledJson(value: unknown, where: string): unknown {
    if (typeof value === 'string') return this.filled(value, where);
    if (Array.isArray(value)) return value.map((one) => this.filledJson(one, where));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.filledJson(one, where)]));
  }

  /** The user of a session: the same for all sessions of a client, as far as the recording says whose they are. */
  userOf({ user, client, id }: RecordedSession): number {
    if (this.#rows.length < 2) return 0;
    const key = user ?? client ?? id;
    const digest = createHash('sha256')
      .update(JSON.stringify([this.#seed, key]))
      .digest();
    return digest.readUIntBE(0, 6) % this.#rows.length;
  }

  /** What the session of this user knows from its beginning; undefined for nothing. */
  values(user: number): Readonly<Record<string, string>> | undefined {
    if (this.#used.size === 0) return undefined;
    const known = this.#values.get(user);
    if (known !== undefined) return known;
    const made = Object.fromEntries([...this.#used].map(([name, value]) => [name, value(user)]));
    this.#values.set(user, made);
    return made;
  }

  #nameOf(name: string, where: string, onlyTaken: boolean): string {
    if (this.#taken.has(name)) return takenName(name);
    const column = this.#columns.indexOf(name);
    const variable = environment.exec(name)?.[1];
    if (onlyTaken && (column >= 0 || variable !== undefined)) {
      throw new ShakedownError(
        'PLAN_LOGIN',
        `${where}: {{${name}}} may not stand in a path, which servers and proxies write into their logs.`,
        { hint: 'Send it in the body or in a header.' },
      );
    }
    if (column >= 0) {
      requireColumn(this.#rows, this.#usersFile, name);
      const code = origins.user + column;
      this.#used.set(code, (row) => this.#rows[row]?.get(name) ?? '');
      return code;
    }
    if (variable !== undefined) {
      const value = process.env[variable];
      if (value === undefined || value === '') {
        throw new ShakedownError('PLAN_LOGIN', `${where}: the environment variable ${variable} is not set.`, {
          hint: `Set it where Shakedown runs; ${where} takes a credential from it.`,
        });
      }
      const code = origins.environment + Buffer.from(variable).toString('hex');
      this.#used.set(code, () => value);
      return code;
    }
    const known = [...this.#taken, ...this.#columns];
    throw new ShakedownError('PLAN_LOGIN', `${where}: {{${name}}} stands for nothing.`, {
      hint: `${known.length === 0 ? 'No value is taken and there is no file of users' : `Known are ${known.join(', ')}`}; an environment variable is written {{env.NAME}}.`,
    });
  }
}
