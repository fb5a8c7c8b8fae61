import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer as createTcp, type Socket } from 'node:net';
import { seeded } from '../../../random.ts';

/** What the server does wrong: which writes, by their number from 0, are lost, stored twice, or damaged; which reads are stale. */
export interface ShelfDefects {
  loses?(write: number): boolean;
  duplicates?(write: number): boolean;
  damages?(write: number): boolean;
  /** Lost only at `restart()`: kept in a cache that was never written. */
  caches?(write: number): boolean;
  staleRegister?(read: number): boolean;
  /** Answers a write with this status, though it is stored. */
  refusesYetStores?(write: number): boolean;
  /** Status of an acknowledged write; 201 when absent. */
  status?: number;
  /** Of documents: answers without the id that it gave. */
  hidesId?(write: number): boolean;
  /** Id of the first document; 1000 when absent. */
  firstId?: bigint;
  /** In place of what is asked for, every read is answered with this and status 200 while it is not undefined. */
  instead?(): string | undefined;
}

/** A small server that keeps notes by token, and registers by name, in memory. */
export async function startShelf(defects: ShelfDefects = {}) {
  const notes: { token: string; value: string; cached: boolean }[] = [];
  const registers = new Map<string, string[]>();
  let writes = 0;
  let registerReads = 0;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://shelf');
    const reply = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const instead = request.method === 'GET' ? defects.instead?.() : undefined;
    if (instead !== undefined) return void response.end(instead);
    // As a whole, no JSON.
    const text = /^\/texts\/(.+)$/.exec(url.pathname)?.[1];
    if (text !== undefined) {
      const found = notes.find(({ token }) => token === text);
      response.statusCode = found === undefined ? 404 : 200;
      return void response.end(found?.value);
    }
    const name = /^\/registers\/(.+)$/.exec(url.pathname)?.[1];
    if (name !== undefined) {
      const values = registers.get(name) ?? [];
      if (request.method === 'GET') {
        const stale = defects.staleRegister?.(registerReads++) === true;
        return reply(200, { value: values.at(stale ? -3 : -1) ?? null });
      }
      const { value, expected } = JSON.parse(await bodyOf(request)) as { value: string; expected?: string };
      if (expected !== undefined && expected !== values.at(-1)) return reply(409, {});
      registers.set(name, [...values, value]);
      return reply(200, {});
    }
    // Documents have ids that the server gives, and no other id can be asked for.
    const document = /^\/documents\/(.+)$/.exec(url.pathname)?.[1];
    if (document !== undefined) {
      if (!/^\d+$/.test(document)) return reply(400, {});
      const found = notes.find(({ token }) => token === document);
      return found === undefined ? reply(404, {}) : reply(200, { text: found.value });
    }
    if (request.method === 'POST' && url.pathname === '/documents') {
      const { text } = JSON.parse(await bodyOf(request)) as { text: string };
      const number = writes++;
      const id = String((defects.firstId ?? 1000n) + BigInt(number));
      const value = defects.damages?.(number) ? `${text.slice(0, -1)}!` : text;
      if (!defects.loses?.(number)) notes.push({ token: id, value, cached: defects.caches?.(number) === true });
      if (defects.hidesId?.(number)) return reply(201, {});
      response.setHeader('location', `http://shelf/documents/${id}?from=shelf`);
      // As text, because a number here would lose its last digits.
      response.writeHead(defects.status ?? 201, { 'content-type': 'application/json' });
      return void response.end(`{"document":{"id":${id}}}`);
    }
    if (request.method === 'POST') {
      const { token, value } = JSON.parse(await bodyOf(request)) as { token: string; value: string };
      const number = writes++;
      const stored = defects.damages?.(number) ? `${value.slice(0, -1)}!` : value;
      const cached = defects.caches?.(number) === true;
      if (!defects.loses?.(number)) notes.push({ token, value: stored, cached });
      if (defects.duplicates?.(number)) notes.push({ token, value: stored, cached });
      return reply(defects.refusesYetStores?.(number) ? 422 : 201, {});
    }
    const token = url.searchParams.get('token');
    reply(200, { notes: notes.filter((note) => token === null || note.token === token) });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    notes,
    async restart() {
      const kept = notes.filter(({ cached }) => !cached);
      notes.splice(0, notes.length, ...kept);
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** Passes connections on, and while it is flaky cuts them at random: before the request, within it, or within the answer. */
export async function startFlakyProxy(port: number, seed: number) {
  const random = seeded(seed);
  const sockets = new Set<Socket>();
  let flaky = true;
  const server = createTcp((inner) => {
    const outer = connect(port, '127.0.0.1');
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        inner.destroy();
        outer.destroy();
      });
    }
    const cut = (chunk: Buffer, to: Socket) => {
      const dice = flaky ? random() : 1;
      if (dice < 0.04) inner.resetAndDestroy();
      else if (dice < 0.08) to.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => inner.resetAndDestroy());
      else if (dice < 0.1) to.write(chunk, () => inner.resetAndDestroy());
      else if (dice < 0.12)
        setTimeout(() => to.write(chunk), 400); // later than the client waits
      else to.write(chunk);
    };
    inner.on('data', (chunk: Buffer) => cut(chunk, outer));
    outer.on('data', (chunk: Buffer) => cut(chunk, inner));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    calm() {
      flaky = false;
      for (const socket of sockets) socket.destroy();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
