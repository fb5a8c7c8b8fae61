import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Faults } from './faults.ts';
import type { Log } from './log.ts';
import type { Shop } from './shop.ts';

const path = '/api/orders/live';
const goingAway = 1001;
const internalError = 1011;
const refusals: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  404: 'Not Found',
  500: 'Internal Server Error',
};

/** A WebSocket on which a signed-in customer asks for the latest order, as often as wanted. */
export interface LiveOrders {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Asks every client to connect again, to somebody else. */
  leave(): void;
  /** Cuts them all. */
  end(): void;
}

export function createLiveOrders(
  shop: Pick<Shop, 'signer' | 'orders'>,
  { name, log, faults }: { name: string; log: Log; faults: Faults },
): LiveOrders {
  const server = new WebSocketServer({ noServer: true, maxPayload: 4096, perMessageDeflate: false });
  server.on('headers', (headers) => headers.push(`X-Instance: ${name}`));
  const serve = (client: WebSocket, userId: number) => {
    client.on('error', () => {});
    client.on('message', async () => {
      try {
        const [order = null] = await shop.orders.ofUser(userId, 1);
        client.send(JSON.stringify({ order }));
      } catch (error) {
        log.write('error', String(error), { path });
        client.close(internalError);
      }
    });
  };
  return {
    upgrade(request, socket, head) {
      socket.on('error', () => {});
      faults.die();
      const user = shop.signer.readToken(request.headers.authorization);
      const status = request.url !== path ? 404 : user === null ? 401 : faults.fails() ? 500 : 101;
      if (log.access) {
        const requestId = request.headers['x-request-id'];
        log.write('info', 'request', { method: 'GET', path, route: path, status, durationMs: 0, requestId });
      }
      if (status === 101 && user !== null) {
        server.handleUpgrade(request, socket, head, (client) => serve(client, user.userId));
        return;
      }
      socket.end(
        `HTTP/1.1 ${status} ${refusals[status]}\r\nX-Instance: ${name}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
    },
    leave() {
      for (const client of server.clients) client.close(goingAway);
    },
    end() {
      for (const client of server.clients) client.terminate();
    },
  };
}
