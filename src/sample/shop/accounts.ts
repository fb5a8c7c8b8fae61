import type { Database } from './database.ts';
import { hashPassword, passwordMatches } from './password.ts';
import type { Identity, Role } from './session.ts';

export interface Account extends Identity {
  email: string;
  name: string;
}

interface UserRow {
  id: number;
  email: string;
  name: string;
  role: Role;
  password_hash: string;
}

export const minPasswordLength = 8;
const emailPattern = /^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}$/;

const byEmailSql = {
  name: 'user-by-email',
  text: 'SELECT id, email, name, role, password_hash FROM users WHERE email = $1',
};
const byIdSql = { name: 'user', text: 'SELECT id, email, name, role, password_hash FROM users WHERE id = $1' };
const renameSql = { name: 'user-rename', text: 'UPDATE users SET name = $2 WHERE id = $1' };
const addSql = {
  name: 'user-add',
  text: `INSERT INTO users (email, name, password_hash) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING
    RETURNING id, email, name, role, password_hash`,
};

/**
 * @param openSignIn an unknown address is given an account at its first sign-in, as staging systems do where the people of a
 *   recording are pseudonyms that no seeded data knows
 */
export function createAccounts(database: Database, openSignIn: boolean) {
  const add = async (email: string, name: string, password: string): Promise<UserRow | undefined> => {
    const [row] = await database.rows<UserRow>(addSql, [email, name, await hashPassword(password)]);
    return row;
  };
  const known = async (email: string): Promise<UserRow | undefined> =>
    (await database.rows<UserRow>(byEmailSql, [email]))[0];
  const verified = async (row: UserRow | undefined, password: string): Promise<Account | null> =>
    row !== undefined && (await passwordMatches(password, row.password_hash)) ? account(row) : null;

  return {
    /** The account, when e-mail and password are right. */
    async signIn(email: string, password: string): Promise<Account | null> {
      const address = email.trim().toLowerCase();
      let row = await known(address);
      if (row === undefined && openSignIn && emailPattern.test(address) && password.length >= minPasswordLength) {
        row = (await add(address, 'Guest', password)) ?? (await known(address));
      }
      return verified(row, password);
    },
    /**
     * Registering again with the right password is signing in, not an error.
     * @returns what is wrong, in words for the page, or the account
     */
    async register(email: string, name: string, password: string): Promise<Account | string> {
      const address = email.trim().toLowerCase();
      if (!emailPattern.test(address)) return 'Enter an e-mail address, such as name@example.com.';
      if (name.trim() === '' || name.length > 120) return 'Enter your name.';
      if (password.length < minPasswordLength) return `Choose a password of at least ${minPasswordLength} characters.`;
      const row = await add(address, name.trim(), password);
      if (row !== undefined) return account(row);
      const taken = 'There is an account with this e-mail address. Sign in instead.';
      return (await verified(await known(address), password)) ?? taken;
    },
    async rename(userId: number, name: string): Promise<void> {
      await database.rows(renameSql, [userId, name]);
    },
    async find(userId: number): Promise<Account | null> {
      const [row] = await database.rows<UserRow>(byIdSql, [userId]);
      return row === undefined ? null : account(row);
    },
  };
}

function account(row: UserRow): Account {
  return { userId: row.id, role: row.role, email: row.email, name: row.name };
}
