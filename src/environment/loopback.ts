import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ShakedownError } from '../model/error.ts';

/** Connections on which nothing is being answered; past that, the one that has waited longest is ended. */
const mostWaiting = 100;
const mostConnections = 400;
/** Whoever connects without asking, or asks without end, is let go after this. */
const headersMs = 5000;
const requestMs = 20_000;

export type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

export interface LoopbackServer {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  port: number;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Whether a URL's hostname is this machine's own. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/**
 * Serves requests on 127.0.0.1 only. A request whose Host is another than this server's own is refused, so that no foreign name can be
 * made to point here (DNS rebinding); so is one that a page of another site makes.
 * @param port 0 for any free one
 * @param answers by exact path
 * @param posts the same for what is sent; most servers take nothing
 * @throws ShakedownError PORT_TAKEN
 */
export async function serveOnLoopback(
  port: number,
  answers: Record<string, Answer>,
  posts: Record<string, Answer> = {},
): Promise<LoopbackServer> {
  const known = new Map(Object.entries(answers));
  const taken = new Map(Object.entries(posts));
  let hosts = new Set<string>();
  const waiting = new Set<Socket>();
  const checks = { headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: 1000 };
  const server = createServer({ maxHeaderSize: 8192, ...checks }, (request, response) => {
    const { socket } = request;
    waiting.delete(socket);
    response.once('close', () => {
      if (!socket.destroyed) waiting.add(socket);
    });
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cache-Control', 'no-store');
    if (!hosts.has((request.headers.host ?? '').toLowerCase())) return refuse(response, 403, 'Not for this host name.');
    const isPost = request.method === 'POST' && taken.size > 0;
    if (request.method !== 'GET' && !isPost) {
      response.setHeader('Allow', 'GET');
      return refuse(response, 405, 'Only GET.');
    }
    const path = request.url ?? '/';
    if (!path.startsWith('/') || !URL.canParse(path, 'http://127.0.0.1'))
      return refuse(response, 400, 'No such address.');
    const url = new URL(path, 'http://127.0.0.1');
    const site = request.headers['sec-fetch-site'];
    // A link from elsewhere may lead to the page; what the page itself asks for is for it alone.
    if (url.pathname !== '/' && site !== undefined && site !== 'same-origin' && site !== 'none') {
      return refuse(response, 403, 'Not for other sites.');
    }
    const answer = (isPost ? taken : known).get(url.pathname);
    if (answer === undefined) return refuse(response, 404, 'No such address.');
    try {
      answer(request, response, url);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, (error as Error).message);
    }
  });
  // Those that ask for nothing make room, and never keep out one that does.
  server.on('connection', (socket: Socket) => {
    waiting.add(socket);
    socket.once('close', () => waiting.delete(socket));
    const [longest] = waiting;
    if (waiting.size <= mostWaiting || longest === undefined) return;
    waiting.delete(longest);
    longest.destroy();
  });
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === 'EADDRINUSE';
      reject(
        new ShakedownError(
          'PORT_TAKEN',
          `Cannot listen on 127.0.0.1:${port}: ${isTaken ? 'it is in use' : cause.message}.`,
          {
            hint: 'Choose another port, or 0 for any free one.',
            cause,
          },
        ),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const own = (server.address() as AddressInfo).port;
  hosts = new Set([`127.0.0.1:${own}`, `localhost:${own}`]);
  if (own === 80) hosts = new Set([...hosts, '127.0.0.1', 'localhost']);
  return {
    origin: `http://127.0.0.1:${own}`,
    port: own,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Answers with one line of text. */
export function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
