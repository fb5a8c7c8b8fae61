import { createServer, type Server, type Socket } from 'node:net';
import type { UndoStep } from '../undo.ts';
import type { Toxiproxy } from './client.ts';

/** A link of our own in the same Toxiproxy, to a server that answers as it is asked to. */
export interface Twin {
  name: string;
  listen: string;
  upstream: string;
  /** Ends the server; the proxy goes with the undo list. */
  close(): void;
}

/** What takes a twin's proxy away; to be on the undo list before it is made. */
export function twinUndo(url: string, name: string): UndoStep {
  const at = `${url}/proxies/${encodeURIComponent(name)}`;
  return { kind: 'http', method: 'DELETE', url: at, body: null, okStatuses: [404] };
}

/**
 * For what cannot be asked of the upstream of a link. It needs a Toxiproxy on this machine.
 * @throws ShakedownError TOXIPROXY_…
 */
export async function makeTwin(toxiproxy: Toxiproxy, name: string): Promise<Twin> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  const port = await listening(server);
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  try {
    const upstream = `127.0.0.1:${port}`;
    const { listen } = await toxiproxy.create({ name, listen: '127.0.0.1:0', upstream });
    return { name, listen, upstream, close };
  } catch (error) {
    close();
    throw error;
  }
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
