import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';

/** Writes lines to a descriptor of k6 as fast as it takes them, and closes it after the last. Ends early when k6 is gone. */
export async function feedDescriptor(lines: AsyncIterable<string>, to: Writable): Promise<void> {
  let gone = false;
  to.once('close', () => {
    gone = true;
  });
  to.on('error', () => {
    gone = true; // k6 ended: its end is reported where it is waited for
  });
  // Several lines a write: a system call for each would cost more than making it.
  let batch = '';
  for await (const line of lines) {
    if (gone) return;
    batch += line;
    if (batch.length < 16_384) continue;
    if (!to.write(batch)) {
      await new Promise<void>((resolve) => {
        const done = () => {
          to.off('drain', done).off('close', done);
          resolve();
        };
        to.once('drain', done).once('close', done);
      });
    }
    batch = '';
  }
  if (batch !== '') to.write(batch);
  to.end();
}

export interface FeedServer {
  url: string;
  close(): Promise<void>;
}

/** Hands one line a request to a stock k6, on loopback, under a path that nobody else knows; 204 when there are no more. */
export async function serveFeed(lines: AsyncIterable<string>): Promise<FeedServer> {
  const path = `/${randomBytes(16).toString('hex')}`;
  const iterator = lines[Symbol.asyncIterator]();
  let queue: Promise<unknown> = Promise.resolve();
  const server = createServer((request, response) => {
    if (request.url !== path) {
      response.writeHead(404).end();
      return;
    }
    const taken = queue.then(() => iterator.next());
    queue = taken.catch(() => {});
    taken.then(
      ({ done, value }) => {
        if (done === true) response.writeHead(204).end();
        else response.writeHead(200, { 'content-type': 'application/json' }).end(value);
      },
      () => response.writeHead(500).end(),
    );
  });
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
