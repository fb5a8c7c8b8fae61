import { randomBytes } from 'node:crypto';
import { ShakedownError } from '../../../model/error.ts';
import { send } from './send.ts';

/**
 * Logs somebody in whom the sample shop has never seen, and who gets an account by that.
 * @returns headers of the requests that follow
 * @throws ShakedownError PROPERTY_CHECKS
 */
export async function sampleLogin(baseUrl: string, signal: AbortSignal): Promise<Record<string, string>> {
  const name = randomBytes(6).toString('hex');
  const { status, problem, body } = await send(`${baseUrl}/api/login`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, tls: {}, signal },
    ...{ timeoutMs: 15_000, bytesAtMost: 100_000 },
    body: JSON.stringify({ email: `${name}@example.com`, password: randomBytes(12).toString('base64url') }),
  });
  if (status !== 200)
    throw new ShakedownError('PROPERTY_CHECKS', `Nobody could log in to the sample shop: ${problem ?? status}.`);
  const { token } = JSON.parse(body.toString('utf8')) as { token: string };
  return { authorization: `Bearer ${token}` };
}
