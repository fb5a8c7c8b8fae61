import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { runCommand } from '../machine/command.ts';
import { keepOwn, ownPorts } from './own-ports.ts';
import { beginMeter, type MeteredLink, watchOthersBytes } from './proxy-metrics.ts';

/** Who is on a link besides this process. */
export interface LinkUsers {
  /** Notes who is there. */
  look(): Promise<void>;
  /** Connections of others that were used since the beginning; null: they cannot be seen from here. */
  count(): number | null;
}

interface Sockets {
  /** By the client's address: whether it is open. */
  clients: Map<string, { isOpen: boolean }>;
  /** The proxy listens on this machine, so that all its connections are in the list. */
  isWhole: boolean;
}

const listening = '0A';
const established = '01';
const commandTimeoutMs = 2_000;

/**
 * Watches a link's connections in the kernel's list (/proc/net/tcp, proc(5)); closed ones stay in it for a minute (TIME_WAIT). A connection that
 * was there before counts once bytes went over it, as `ss` has them, or once it is gone; without `ss`, as it is. What leaves the list at once, as a
 * connection that is reset, and what is on another machine, is in Toxiproxy's own metrics when it has ended.
 * @param cutsOff the fault leaves no connection that could be seen: those of the last minute before it count
 * @param endsAll it ends every connection
 */
export async function watchUsers(link: MeteredLink, cutsOff: boolean, endsAll = cutsOff): Promise<LinkUsers> {
  const at = atOf(link.listen);
  const used = new Set<string>();
  let isWhole = false;
  const others = await watchOthersBytes(link, cutsOff);
  let areOthers: boolean | null = null;
  const first = socketsOf(at);
  const bytes = await bytesOf(at);
  const before = first?.clients ?? new Map<string, { isOpen: boolean }>();
  isWhole = first?.isWhole ?? false;
  for (const [client, { isOpen }] of before) if (cutsOff || (isOpen && bytes === null)) used.add(client);
  const lookIntoList = async () => {
    const now = socketsOf(at);
    if (now === null) return;
    isWhole ||= now.isWhole;
    for (const client of now.clients.keys()) if (!before.has(client)) used.add(client);
    for (const [client, { isOpen }] of before) if (isOpen && !now.clients.get(client)?.isOpen) used.add(client);
    const kept = [...before].some(([client, { isOpen }]) => isOpen && !used.has(client));
    if (bytes === null || !kept) return;
    for (const [client, count] of (await bytesOf(at)) ?? []) if (count > (bytes.get(client) ?? count)) used.add(client);
  };
  return {
    async look() {
      await lookIntoList();
      if (used.size === 0 && others !== null) areOthers = (await others.areThere()) ?? areOthers;
    },
    count() {
      if (used.size > 0) return used.size;
      if (areOthers) return 1;
      // Toxiproxy counts a connection when it ends: where a fault has ended all of them, it has counted all.
      return isWhole || (endsAll && areOthers === false) ? 0 : null;
    },
  };
}

/** What was closed before the experiments, such as what an earlier run measured by, is no use of the link. */
export function forgetEarlier(link: MeteredLink): void {
  beginMeter(link);
  for (const [client, { isOpen }] of socketsOf(atOf(link.listen))?.clients ?? []) {
    if (!isOpen) keepOwn(Number(client.split(' ')[1]));
  }
}

interface At {
  /** Of the proxy; null: every address of this machine. */
  hosts: readonly string[] | null;
  port: number;
}

function atOf(listen: string): At {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(listen) ?? [];
  return { hosts: hostsOf(host), port: Number(port) };
}

function hostsOf(host: string): readonly string[] | null {
  if (host === '' || host === '0.0.0.0' || host === '::') return null;
  return host === 'localhost' ? ['127.0.0.1', '::1'] : [host];
}

/** Of the two ends of a connection, the client's; null: the other is not the proxy, or it is a connection of our own. */
function clientOf(at: At, local: [string, number], remote: [string, number]): string | null {
  const isProxy = ([host, port]: [string, number]) =>
    port === at.port && (at.hosts === null || at.hosts.includes(host));
  const client = isProxy(local) ? remote : isProxy(remote) ? local : null;
  return client === null || ownPorts.has(client[1]) ? null : client.join(' ');
}

/** null: this system has no such list. */
function socketsOf(at: At): Sockets | null {
  const texts = ['tcp', 'tcp6'].map(list);
  if (texts.every((text) => text === '')) return null;
  const found: Sockets = { clients: new Map(), isWhole: false };
  for (const line of texts.join('\n').split('\n')) {
    const [, local = '', remote = '', state = ''] = line.trim().split(/\s+/);
    if (!/^[0-9A-F]+:[0-9A-F]{4}$/.test(local)) continue;
    const [here, there] = [endOf(local), endOf(remote)];
    if (state === listening) {
      const isEvery = here[0] === '0.0.0.0' || here[0] === '::';
      if (here[1] === at.port && (isEvery || at.hosts === null || at.hosts.includes(here[0]))) found.isWhole = true;
      continue;
    }
    const client = clientOf(at, here, there);
    if (client === null) continue;
    // Both ends may be in the list; that of a connection which is being closed says so.
    const isOpen = state === established && found.clients.get(client)?.isOpen !== false;
    found.clients.set(client, { isOpen });
  }
  return found;
}

function list(name: string): string {
  try {
    return readFileSync(`/proc/net/${name}`, 'utf8');
  } catch {
    return '';
  }
}

/** `0100007F:1F90`: words of 32 bits, each in the machine's order of bytes (little-endian), and a port. */
function endOf(text: string): [string, number] {
  const [address = '', port = '0'] = text.split(':');
  const bytes = (address.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  const values = bytes.map((byte) => Number.parseInt(byte, 16));
  const v4 = values.length === 4 || values.slice(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255';
  const host = v4 ? values.slice(-4).join('.') : compressed(values);
  return [host, Number.parseInt(port, 16)];
}

function compressed(values: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((values[2 * i] ?? 0) << 8) | (values[2 * i + 1] ?? 0)).toString(16),
  );
  // The shortest form of its own, as addresses in a configuration are written.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Bytes of each open connection, both ways, by its client; null: `ss` is not there. */
async function bytesOf(at: At): Promise<Map<string, number> | null> {
  const argv = ['ss', '-tinH', `( sport = :${at.port} or dport = :${at.port} )`];
  const end = await runCommand(argv, commandTimeoutMs).catch(() => null);
  if (end === null || end.code !== 0) return null;
  const found = new Map<string, number>();
  let client: string | null = null;
  for (const line of end.stdout.split('\n')) {
    if (!/^\s/.test(line)) {
      const [, , , local = '', remote = ''] = line.split(/\s+/);
      client = clientOf(at, splitEnd(local), splitEnd(remote));
    } else if (client !== null) {
      const count = (name: string) => Number(new RegExp(`\\b${name}:(\\d+)`).exec(line)?.[1] ?? 0);
      found.set(client, Math.max(found.get(client) ?? 0, count('bytes_sent') + count('bytes_received')));
    }
  }
  return found;
}

/** `127.0.0.1:80`, `[::1]:80`, `[::ffff:127.0.0.1]:80`, `fe80::1%eth0:80`. */
function splitEnd(text: string): [string, number] {
  const colon = text.lastIndexOf(':');
  const host = text
    .slice(0, colon)
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '');
  const v4 = isIPv6(host) ? (/^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(host)?.[1] ?? host) : host;
  return [v4, Number(text.slice(colon + 1))];
}
