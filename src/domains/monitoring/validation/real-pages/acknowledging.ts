import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Takes the word of whoever was paged. */
export interface Acknowledging {
  /** Where a receiver's page is acknowledged. */
  linkOf(receiver: string): string;
  /** Wall clock, ms, by receiver. */
  readonly at: ReadonlyMap<string, number>;
  readonly port: number;
  close(): Promise<void>;
}

const page = (
  body: string,
) => `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Test page</title><body style="font: 1.1rem sans-serif; margin: 2rem">${body}`;
const question = page(
  '<p>This is a test page of Shakedown. Nothing has to be done about it.</p><form method="post"><button style="font: inherit; padding: .6rem 1rem">I have seen it</button></form>',
);
const thanks = page('<p>Thank you. It is noted that you have seen the test page.</p>');

/** A link is opened by previews of chats and by scanners of mail too: only its button, which sends a POST, says that a person has seen it. */
export async function startAcknowledging(
  receivers: readonly string[],
  { url, port, listen }: { url: string; port: number; listen: string },
): Promise<Acknowledging> {
  const ids = new Map(receivers.map((receiver) => [receiver, randomUUID()]));
  const at = new Map<string, number>();
  const server = createServer((request, response) => {
    request.resume();
    const found = [...ids].find(([, id]) => request.url?.split('?')[0]?.endsWith(`/${id}`));
    if (found === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (request.method === 'POST' && !at.has(found[0])) at.set(found[0], Date.now());
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(request.method === 'POST' ? thanks : question);
  });
  server.listen(port, listen);
  await once(server, 'listening');
  return {
    linkOf: (receiver) => `${url}/${ids.get(receiver)}`,
    ...{ at, port: (server.address() as AddressInfo).port },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
