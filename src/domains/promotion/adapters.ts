import { readSecret } from '../outgoing.ts';
import type { PromotionSettings, WebhookSettings } from './configuration.ts';
import { githubAdapter } from './github/adapter.ts';
import { gitlabAdapter } from './gitlab/adapter.ts';
import { type Adapter, outcomeOf } from './request/adapter.ts';
import { sendWebhook, webhookBody } from './request/webhook.ts';

/** Those that the configuration names; none: the request is a file only. */
export function adaptersOf({ github, gitlab, webhook }: PromotionSettings['request']): Adapter[] {
  return [
    ...(github === null ? [] : [githubAdapter(github)]),
    ...(gitlab === null ? [] : [gitlabAdapter(gitlab)]),
    ...(webhook === null ? [] : [webhookAdapter(webhook)]),
  ];
}

function webhookAdapter({ url, secret }: WebhookSettings): Adapter {
  const values = async () => {
    const address = await readSecret(url);
    const key = secret === null ? { value: null } : await readSecret(secret);
    if ('problem' in address) return { problem: `promotion.request.webhook.url ${address.problem}` };
    if ('problem' in key) return { problem: `promotion.request.webhook.secret ${key.problem}` };
    return { url: address.value, secret: key.value };
  };
  return {
    name: 'webhook',
    async problem() {
      const found = await values();
      return 'problem' in found ? (found.problem ?? null) : null;
    },
    preview: (content) => [{ what: 'POST to the webhook', body: JSON.stringify(webhookBody(content), null, 2) }],
    send: async (content, signal) => [
      await outcomeOf('the webhook', async () => {
        const found = await values();
        if ('problem' in found) throw new Error(`${found.problem}.`);
        await sendWebhook(webhookBody(content), { ...found, key: content.subject.key, signal });
        return 'It took the request.';
      }),
    ],
  };
}
