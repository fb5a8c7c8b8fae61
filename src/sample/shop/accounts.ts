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
const addSql = {
  name: 'user-add',
  text: `INSERT INTO users (email, name, password_hash) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING
    RETURNING id, email, name, role, password_hash`,
};

export function createAccounts(database: Database) {
  const accounts = {
    /** The account, when e-mail and password are right. */
    async signIn(email: string, password: string): Promise<Account | null> {
      const [row] = await database.rows<UserRow>(byEmailSql, [email.trim().toLowerCase()]);
      if (row === undefined) return null;
      return (await passwordMatches(password, row.password_hash)) ? account(row) : null;
    },
    /** @returns what is wrong, in words for the page, or the new account */
    async register(email: string, name: string, password: string): Promise<Account | string> {
      const address = email.trim().toLowerCase();
      if (!emailPattern.test(address)) return 'Enter an e-mail address, such as name@example.com.';
      if (name.trim() === '' || name.length > 120) return 'Enter your name.';
      if (password.length < minPasswordLength) return `Choose a password of at least ${minPasswordLength} characters.`;
      const [row] = await database.rows<UserRow>(addSql, [address, name.trim(), await hashPassword(password)]);
      return row === undefined ? 'There is an account with this e-mail address. Sign in instead.' : account(row);
    },
    async find(userId: number): Promise<Account | null> {
      const [row] = await database.rows<UserRow>(byIdSql, [userId]);
      return row === undefined ? null : account(row);
    },
  };
  return accounts;
}

function account(row: UserRow): Account {
  return { userId: row.id, role: row.role, email: row.email, name: row.name };
}
