import { hash } from 'node:crypto';

/** 12 hexadecimal digits, so that it is exact as a number too. */
export function hashOf(value: string): string {
  return hash('sha256', value, 'hex').slice(0, 12);
}

const beginning = 'sd';

/** Of a ledger that began at a time, ms since 1970: unlike those of other runs on the same target, which may still be there. */
export function runOf(begunMs: number, seed: number): string {
  return `${beginning}${begunMs.toString(36)}${(seed % 1296).toString(36).padStart(2, '0')}`;
}

/** `sdk3f9a-1c`: names one operation of one ledger. */
export function tokenOf(run: string, operation: number): string {
  return `${run}-${operation.toString(36)}`;
}

/** The number of the operation; null for what is not of this ledger. */
export function operationOf(run: string, token: string): number | null {
  if (!token.startsWith(`${run}-`)) return null;
  const digits = token.slice(run.length + 1);
  return /^[0-9a-z]{1,9}$/.test(digits) ? Number.parseInt(digits, 36) : null;
}

/** What is written under a token: the token, some filling, and a checksum, all of it a function of the token. */
export function valueUnder(token: string): string {
  const filling = hash('sha256', `filling of ${token}`, 'base64url').slice(0, 24);
  return `${token}.${filling}.${hashOf(`${token}.${filling}`)}`;
}

/** The token that a value begins with; null where there is none. */
export function tokenIn(value: string): string | null {
  return /^[0-9a-z]+-[0-9a-z]+(?=\.)/.exec(value)?.[0] ?? null;
}

/** Whether it begins as a value of some ledger does. */
export function isOfLedger(value: string): boolean {
  return tokenIn(value)?.startsWith(beginning) === true;
}

/** Whether every character is as it was written. */
export function isWhole(value: string): boolean {
  const token = tokenIn(value);
  return token !== null && valueUnder(token) === value;
}
