// What the sample shop's own test suites know of what they test: programs that `validate final` starts where the target is the sample system.
import { strict as assert } from 'node:assert';
import { parseDefects, type SampleDefects } from '../defects.ts';
import { demoEmail, demoPassword } from '../seed.ts';

/** The build whose modules the unit tests load: the shop has its faults planted when it is made. */
export function defectsOfBuild(): SampleDefects {
  return parseDefects(process.env.SHAKEDOWN_SAMPLE_DEFECTS ?? 'none');
}

export function isRated(): boolean {
  return process.env.SHAKEDOWN_SAMPLE_VERSION === 'v2.1.0';
}

/** Of the running shop. */
export function addressOf(path: string): string {
  const base = process.env.SHAKEDOWN_BASE_URL;
  assert(base, 'SHAKEDOWN_BASE_URL is the address of the shop');
  return `${base}${path}`;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** What its JSON says; an empty object where it is none. */
  body: Record<string, unknown>;
}

export async function ask(
  method: string,
  path: string,
  options: { token?: string; body?: unknown; key?: string } = {},
): Promise<Answer> {
  const { token, body, key } = options;
  const response = await fetch(addressOf(path), {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
}

/** Signs one of the demo customers in. Suites have customers of their own, so that none finds another's basket. */
export async function signedIn(number: number): Promise<string> {
  const { status, body } = await ask('POST', '/api/login', {
    body: { email: demoEmail(number), password: demoPassword },
  });
  assert.equal(status, 200);
  return String(body.token);
}

/** Takes everything out of a customer's basket. */
export async function emptyBasket(token: string): Promise<void> {
  const { body } = await ask('GET', '/api/basket', { token });
  for (const { productId } of body.items as { productId: number }[])
    await ask('DELETE', `/api/basket/items/${productId}`, { token });
}
