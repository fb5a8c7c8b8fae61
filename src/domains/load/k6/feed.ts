import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';

/**
 * Writes lines to a descriptor of k6 as fast as it takes them, and closes it after the last. Ends early when k6 is gone. An empty line is not written: it
 * says that the next may be long in coming.
 * @param first written at once: k6 waits for it, and lines may be long in coming
 * @throws what `lines` throws
 */
export async function feedDescriptor(first: string, lines: AsyncIterable<string>, to: Writable): Promise<void> {
  let gone = false;
  to.once('close', () => {
    gone = true;
  });
  to.on('error', () => {
    gone = true; // k6 ended: its end is reported where it is waited for
  });
  // Several lines a write: a system call for each would cost more than making it.
  let batch = '';
  let more = true;
  to.write(first);
  const iterator = lines[Symbol.asyncIterator]();
  while (more) {
    const next = await iterator.next();
    if (gone) break;
    more = next.done !== true;
    if (next.done !== true) batch += next.value;
    if (more && batch.length < 16_384 && (next.value !== '' || batch === '')) continue;
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
  await iterator.return?.();
  if (!gone) to.end();
}

export interface FeedServer {
  url: string;
  /** Hands out these from now on, to a clock that reads zero at `unixMs`. */
  begin(lines: AsyncIterable<string>, unixMs: number): void;
  close(): Promise<void>;
}

/**
 * Hands one line a request to a stock k6, on loopback, under a path that nobody else knows; empty lines are passed over. After the last line
 * requests wait, as they do before the first: the harness ends k6 when it has every sample.
 * @param onReady called when k6 asks for the moment of its start
 * @param failed called with what `lines` throws
 */
export async function serveFeed(onReady: () => void, failed: (error: unknown) => void): Promise<FeedServer> {
  const path = `/${randomBytes(16).toString('hex')}`;
  let open: (begun: { iterator: AsyncIterator<string>; unixMs: number }) => void = () => {};
  const begun = new Promise<{ iterator: AsyncIterator<string>; unixMs: number }>((resolve) => {
    open = resolve;
  });
  let leadMs: number | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  const nextOf = async (iterator: AsyncIterator<string>) => {
    for (;;) {
      const next = await iterator.next();
      if (next.done === true || next.value !== '') return next;
    }
  };
  const server = createServer((request, response) => {
    // Anyone on this machine may ask for anything, and not all of it is a URL: `//` is none.
    const [asked = '', query = ''] = (request.url ?? '/').split('?', 2);
    if (asked === `${path}/start`) {
      const began = Number(new URLSearchParams(query).get('began') ?? Number.NaN);
      if (!Number.isFinite(began)) {
        response.writeHead(400).end();
        return;
      }
      onReady();
      // One figure for all virtual users: each reads its own clock to a millisecond only.
      void begun.then(({ unixMs }) => {
        leadMs ??= unixMs - began;
        response.end(String(leadMs));
      });
      return;
    }
    if (asked !== path) {
      response.writeHead(404).end();
      return;
    }
    const taken = Promise.all([begun, queue]).then(([{ iterator }]) => nextOf(iterator));
    queue = taken.catch(() => {});
    taken.then(
      ({ done, value }) => {
        if (done !== true) response.writeHead(200, { 'content-type': 'application/json' }).end(value);
      },
      (error: unknown) => {
        response.writeHead(500).end();
        failed(error);
      },
    );
  });
  server.keepAliveTimeout = 600_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    begin: (lines, unixMs) => open({ iterator: lines[Symbol.asyncIterator](), unixMs }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
