import { once } from 'node:events';
import { createServer as createWebServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { ComponentOf } from '../../../src/domains/chaos/fault.ts';
import type { Toxiproxy } from '../../../src/domains/chaos/toxiproxy/client.ts';
import { type OwnToxiproxy, startToxiproxy } from '../../../src/domains/chaos/toxiproxy/server.ts';
import { findToxiproxy } from '../../../src/environment/programs.ts';

/** A Toxiproxy of the tests' own; the first time it may have to be got or built. */
export async function ownToxiproxy(): Promise<OwnToxiproxy> {
  const warnings: string[] = [];
  const found = await findToxiproxy({ onWarning: (text) => warnings.push(text) });
  if (found === null) throw new Error(`The tests need Toxiproxy: ${warnings.join(' ')}`);
  return startToxiproxy(found.path, new AbortController().signal);
}

/** Upstreams that speak as real ones do: HTTP, PostgreSQL before login, and nothing known. */
export async function startUpstream(kind: 'http' | 'postgres' | 'mute'): Promise<{ address: string; close(): void }> {
  const server: Server =
    kind === 'http'
      ? createWebServer((_request, response) => void response.writeHead(404, { 'content-length': 0 }).end())
      : createServer((socket) => {
          socket.on('error', () => {});
          socket.on('data', (data) => {
            if (kind === 'postgres' && data.length === 8) socket.write('N');
          });
        });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => void server.close(),
  };
}

export async function linkTo(toxiproxy: Toxiproxy, name: string, upstream: string): Promise<ComponentOf<'link'>> {
  const { listen } = await toxiproxy.create({ name, listen: '127.0.0.1:0', upstream });
  return { kind: 'link', name, toxiproxyUrl: toxiproxy.url, proxy: name, listen, upstream };
}

/** What is left in a Toxiproxy besides these proxies. */
export async function residue(toxiproxy: Toxiproxy, names: readonly string[]): Promise<string[]> {
  return (await toxiproxy.proxies()).flatMap(({ name, enabled, toxics }) => [
    ...(names.includes(name) ? [] : [`proxy ${name}`]),
    ...(enabled ? [] : [`${name} is off`]),
    ...toxics.map((toxic) => `toxic ${toxic.name}`),
  ]);
}

/** A port of this machine on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
