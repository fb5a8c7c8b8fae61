import { createHmac } from 'node:crypto';
import { ShakedownError } from '../../../model/error.ts';
import { addressProblem, sendPatiently } from '../../outgoing.ts';
import type { RequestContent } from './content.ts';

const format = 'shakedown.promotion/1';

/** The request as data, for any receiver. */
export function webhookBody({
  results,
  decision,
  subject,
  commit,
  approved,
  certificate,
  packed,
  links,
}: RequestContent): object {
  const { candidate, environment, gates, missing, policy } = results;
  return {
    format,
    ...{ key: subject.key, run: subject.run, startedAt: subject.startedAt, approved, commit },
    ...{ candidate, environment: environment.name, policy: policy?.name ?? null, ...decision },
    gates: gates.map(({ id, title, verdict: of, summary }) => ({ id, title, verdict: of, summary })),
    missing,
    certificate: 'done' in certificate ? certificate.done : null,
    package: 'none' in packed ? null : { sha256: packed.sha256, bytes: packed.bytes },
    reports: links?.page(subject.run, 'index.html') ?? links?.whole ?? null,
  };
}

/** Signed over the bytes that are sent: `sha256=…`, as receivers of GitHub's webhooks check it. */
function webhookHeaders(body: object, { key, secret }: { key: string; secret: string | null }): Record<string, string> {
  const text = JSON.stringify(body);
  return {
    'idempotency-key': key,
    'user-agent': 'shakedown',
    ...(secret === null
      ? {}
      : { 'x-shakedown-signature-256': `sha256=${createHmac('sha256', secret).update(text).digest('hex')}` }),
  };
}

/** @throws ShakedownError WEBHOOK_REFUSED; the address, which is a secret, is in no message */
export async function sendWebhook(
  body: object,
  {
    url,
    secret,
    key,
    signal,
    pauseMs,
  }: { url: string; secret: string | null; key: string; signal: AbortSignal; pauseMs?: number },
): Promise<void> {
  const refuse = (why: string) =>
    new ShakedownError('WEBHOOK_REFUSED', `The promotion request did not reach its webhook: ${why}.`, {
      hint: 'Look at the receiver, and promote again; the same request has the same idempotency-key.',
    });
  const problem = addressProblem(url);
  if (problem !== null) throw refuse(`its address ${problem}`);
  const request = {
    method: 'POST',
    url,
    body,
    headers: webhookHeaders(body, { key, secret }),
    timeoutMs: 20_000,
    signal,
  } as const;
  const sent = await sendPatiently(request, {
    tries: 3,
    mayRepeat: true,
    ...(pauseMs === undefined ? {} : { pauseMs }),
  });
  if ('failed' in sent) throw refuse(sent.failed);
  if (sent.status < 200 || sent.status > 299) throw refuse(`it answered ${sent.status}`);
}
