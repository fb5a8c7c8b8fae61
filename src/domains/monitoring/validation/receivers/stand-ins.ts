import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AlertmanagerModel, Integration, IntegrationKind } from '../alertmanager/model.ts';
import { type Behaviour, isOff } from './behaviour.ts';
import { type MailStandIn, startMail } from './mail.ts';
import { checkOpsgenie } from './opsgenie.ts';
import { checkPagerDuty } from './pagerduty.ts';
import type { Checked, Received, Request } from './received.ts';
import { checkSlack } from './slack.ts';
import { checkTeams } from './teams.ts';
import { checkWebhook } from './webhook.ts';

/** Where the stand-in of one integration is. */
export interface StandIn {
  readonly receiver: string;
  readonly integration: Integration;
  /** `http://127.0.0.1:…/3/v2/enqueue`; for mail `127.0.0.1:…`. */
  readonly address: string;
}

export interface StandIns {
  readonly list: readonly StandIn[];
  /** All attempts so far, in order. */
  readonly received: readonly Received[];
  /** From now on; of all, or of one kind or receiver. */
  behave(behaviour: Behaviour, of?: { kind?: IntegrationKind; receiver?: string }): void;
  close(): Promise<void>;
}

const formats: Record<Exclude<IntegrationKind, 'email'>, (request: Request) => Checked> = {
  pagerduty: checkPagerDuty,
  slack: checkSlack,
  opsgenie: checkOpsgenie,
  msteams: checkTeams,
  webhook: checkWebhook,
  // Its own protocol is not stood in for: the copy sends Alertmanager's webhook in its place.
  other: checkWebhook,
};

/** What Alertmanager adds to an address, or an address must have to be taken for the service's. */
const pathOf: Partial<Record<IntegrationKind, string>> = { pagerduty: '/v2/enqueue', opsgenie: '/' };
const bodyAtMost = 10_000_000;

/** Stands in for every integration of every receiver, on free ports of 127.0.0.1. */
export async function startStandIns(model: Pick<AlertmanagerModel, 'receivers'>): Promise<StandIns> {
  const received: Received[] = [];
  const all = model.receivers.flatMap(({ name, integrations }) =>
    integrations.map((integration) => ({ receiver: name, integration, behaviour: { kind: 'ok' } as Behaviour })),
  );
  const server = createServer((request, response) => {
    const [, place = '', path = '/'] = /^\/(\d+)(.*)$/.exec(request.url ?? '') ?? [];
    const one = all[Number(place)];
    if (one === undefined || place === '') {
      response.writeHead(404).end();
      return;
    }
    answered(request, response, path, one, received).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const mails: MailStandIn[] = [];
  const list: StandIn[] = [];
  for (const [place, one] of all.entries()) {
    const { receiver, integration } = one;
    if (integration.kind === 'email') {
      const mail = await startMail(
        () => one.behaviour,
        (message) => received.push({ receiver, kind: 'email', index: integration.index, ...message }),
      );
      mails.push(mail);
      list.push({ receiver, integration, address: `127.0.0.1:${mail.port}` });
    } else list.push({ receiver, integration, address: `${origin}/${place}${pathOf[integration.kind] ?? ''}` });
  }
  return {
    ...{ list, received },
    behave(behaviour, of = {}) {
      for (const one of all) {
        const isKind = of.kind === undefined || one.integration.kind === of.kind;
        if (isKind && (of.receiver === undefined || one.receiver === of.receiver)) one.behaviour = behaviour;
      }
    },
    async close() {
      await Promise.all(mails.map((mail) => mail.close()));
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function answered(
  incoming: IncomingMessage,
  response: ServerResponse,
  path: string,
  one: { receiver: string; integration: Integration; behaviour: Behaviour },
  received: Received[],
): Promise<void> {
  const { kind, index } = one.integration;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += (chunk as Buffer).length;
    if (bytes <= bodyAtMost) chunks.push(chunk as Buffer);
  }
  const { method = '', headers } = incoming;
  const format = formats[kind === 'email' ? 'webhook' : kind];
  const { reply, ...checked } = format({ method, path, headers, body: Buffer.concat(chunks).toString('utf8') });
  const { behaviour } = one;
  const told = (answer: string, taken: boolean) =>
    received.push({ atEpochMs: Date.now(), receiver: one.receiver, kind, index, ...checked, answer, taken });
  if (behaviour.kind === 'never') {
    told('no answer', false);
    return;
  }
  if (behaviour.kind === 'slow') {
    await new Promise((resolve) => setTimeout(resolve, behaviour.ms).unref());
    // Whoever hung up in the meantime does not know that it was taken.
    if (response.destroyed) {
      told('hung up before the answer', true);
      return;
    }
  }
  const status = behaviour.kind === 'status' ? behaviour.status : reply.status;
  told(String(status), !isOff(status));
  const isOwn = behaviour.kind === 'status';
  response
    .writeHead(status, { 'content-type': isOwn ? 'text/plain' : reply.type })
    .end(isOwn ? 'stood in for' : reply.body);
}
