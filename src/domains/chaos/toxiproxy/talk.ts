import { connect, type Socket } from 'node:net';
import { noteOwn } from './own-ports.ts';

/** How an exchange ended, seen from the client. */
export type TalkEnd = 'answered' | 'closed' | 'reset' | 'refused' | 'silent';

export interface Exchange {
  end: TalkEnd;
  /** From sending to the first byte; null: none came. */
  firstMs: number | null;
  /** From sending to the end of the exchange. */
  endMs: number;
  bytes: number;
  /** In how many reads they came. */
  pieces: number;
}

/** Whether the answer is whole; called once with every chunk. */
export type Whole = (chunk: Buffer) => boolean;

/** One connection through a link, for one exchange. */
export interface Talk {
  /** Sends and waits until the answer is whole, the connection ends, or `withinMs` are over. */
  exchange(payload: Buffer, whole: Whole, withinMs: number): Promise<Exchange>;
  /** Closes its half and waits for the other's. */
  leave(withinMs: number): Promise<Exchange>;
  /** Waits for the other side to end it. */
  listen(withinMs: number): Promise<Exchange>;
  destroy(): void;
}

const connectTimeoutMs = 3_000;

/**
 * Opens a connection. A failed connection is no error: the talk then reports it.
 * @param address host:port
 */
export async function openTalk(address: string): Promise<Talk> {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  const socket = connect({ host, port: Number(port), noDelay: true });
  noteOwn(socket);
  let over: TalkEnd | undefined;
  let onChunk = (_chunk: Buffer) => {};
  let onOver = (_end: TalkEnd) => {};
  const ended = (end: TalkEnd) => {
    over ??= end;
    onOver(over);
  };
  socket.on('data', (chunk) => onChunk(chunk));
  socket.on('end', () => ended('closed'));
  socket.on('close', () => ended('closed'));
  socket.on('error', (error: NodeJS.ErrnoException) => ended(endBy(error)));
  await connected(socket);

  const run = (act: () => void, whole: Whole, withinMs: number): Promise<Exchange> =>
    new Promise((resolve) => {
      const startedMs = performance.now();
      let firstMs: number | null = null;
      let bytes = 0;
      let pieces = 0;
      const settle = (end: TalkEnd) => {
        clearTimeout(timer);
        onOver = () => {};
        onChunk = () => {};
        resolve({ end, firstMs, endMs: performance.now() - startedMs, bytes, pieces });
      };
      const timer = setTimeout(() => settle('silent'), withinMs);
      onOver = settle;
      onChunk = (chunk) => {
        firstMs ??= performance.now() - startedMs;
        bytes += chunk.length;
        pieces++;
        if (whole(chunk)) settle('answered');
      };
      if (over === undefined) act();
      else settle(over);
    });
  return {
    exchange: (payload, whole, withinMs) => run(() => socket.write(payload), whole, withinMs),
    leave: (withinMs) =>
      run(
        () => socket.end(),
        () => false,
        withinMs,
      ),
    listen: (withinMs) =>
      run(
        () => {},
        () => false,
        withinMs,
      ),
    destroy: () => socket.destroy(),
  };
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(), connectTimeoutMs);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    socket.once('connect', done).once('close', done);
  });
}

function endBy({ code }: NodeJS.ErrnoException): TalkEnd {
  if (code === 'ECONNREFUSED') return 'refused';
  return code === 'ECONNRESET' || code === 'EPIPE' ? 'reset' : 'closed';
}
