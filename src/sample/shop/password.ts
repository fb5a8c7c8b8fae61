import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, { N: number }, Buffer>(scrypt);
/** Far below what a real shop needs (2¹⁷): sign-ins under load should measure the system, not this function. */
const cost = { N: 256 };

/** `scrypt$<salt>$<key>`, both base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(12);
  return `scrypt$${salt.toString('base64url')}$${(await derive(password, salt, 32, cost)).toString('base64url')}`;
}

export async function passwordMatches(password: string, hash: string): Promise<boolean> {
  const [, salt = '', key = ''] = hash.split('$');
  const expected = Buffer.from(key, 'base64url');
  const actual = await derive(password, Buffer.from(salt, 'base64url'), 32, cost);
  return expected.length === actual.length && timingSafeEqual(actual, expected);
}
