import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SampleSystem } from '../model/sample-system.ts';

const days = 2;

/** Starts the carrier that the shop asks how many days a delivery takes. It keeps its port, so that another may answer there meanwhile. */
export async function startCarrier(): Promise<SampleSystem['carrier']> {
  let [server, port]: [Server | null, number] = [null, 0];
  const open = async () => {
    if (server !== null) return;
    const opening = createServer((request, response) => {
      const isKnown = request.method === 'GET' && request.url === '/days';
      const answer = isKnown ? { days } : { error: 'There is nothing at this address.' };
      response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    server = opening.listen(port, '127.0.0.1').unref();
    await once(opening, 'listening');
    port = (opening.address() as AddressInfo).port;
  };
  const close = async () => {
    const closing = server;
    if (closing === null) return;
    server = null;
    const closed = once(closing, 'close');
    closing.close();
    closing.closeAllConnections();
    await closed;
  };
  await open();
  return { url: `http://127.0.0.1:${port}`, open, close };
}
