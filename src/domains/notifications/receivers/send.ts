import { createHmac } from 'node:crypto';
import { addressProblem, readSecret, sendPatiently } from '../../outgoing.ts';
import type { Receiver } from '../configuration.ts';
import { keyOf, type Notice } from '../notice.ts';
import { sendMail } from './email.ts';
import { pagerdutyEvents } from './pagerduty.ts';
import { slackMessage } from './slack.ts';

const timeoutMs = 10_000;

/**
 * Sends a notice to a receiver.
 * @param isHeard false: it is not to hear of it; PagerDuty's alerts are resolved nevertheless
 * @returns why it was not told, a few words without any address; null: it took it
 */
export async function sendNotice(
  receiver: Receiver,
  notice: Notice,
  { isHeard, signal }: { isHeard: boolean; signal: AbortSignal },
): Promise<string | null> {
  const { kind, secret, signing, apiUrl } = receiver;
  if (!isHeard && kind !== 'pagerduty') return null;
  const found = await readSecret(secret);
  if ('problem' in found) return `its configuration ${found.problem}`;
  const post = async (url: string, body: object, more: { headers?: Record<string, string>; mayRepeat: boolean }) => {
    const problem = addressProblem(url);
    if (problem !== null) return `its address ${problem}`;
    const { headers = {}, mayRepeat } = more;
    const request = {
      method: 'POST',
      url,
      body,
      headers: { 'user-agent': 'shakedown', ...headers },
      timeoutMs,
      signal,
    } as const;
    const sent = await sendPatiently(request, { tries: 3, mayRepeat });
    if ('failed' in sent) return sent.failed;
    return sent.status >= 200 && sent.status < 300 ? null : `it answered ${sent.status}`;
  };
  switch (kind) {
    case 'slack':
      return post(found.value, slackMessage(notice), { mayRepeat: false });
    case 'email':
      return sendMail(found.value, receiver, notice);
    case 'pagerduty': {
      let failure: string | null = null;
      for (const event of pagerdutyEvents(notice, found.value, isHeard))
        failure = (await post(apiUrl ?? '', event, { mayRepeat: true })) ?? failure;
      return failure;
    }
    case 'webhook': {
      const key = signing === null ? { value: null } : await readSecret(signing);
      if ('problem' in key) return `its key ${key.problem}`;
      const body = { format: 'shakedown.notice/1', ...notice };
      const signed =
        key.value === null
          ? {}
          : {
              'x-shakedown-signature-256': `sha256=${createHmac('sha256', key.value).update(JSON.stringify(body)).digest('hex')}`,
            };
      return post(found.value, body, { headers: { 'idempotency-key': keyOf(notice), ...signed }, mayRepeat: true });
    }
  }
}
