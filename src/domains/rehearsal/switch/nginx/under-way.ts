import { readdir, readFile, readlink } from 'node:fs/promises';

/** States of a connection that is being made, or is used: established, SYN sent, closed by the other side. Of `/proc/net/tcp`. */
const used = new Set(['01', '02', '08']);

export interface Worker {
  pid: number;
  /** Takes no new request any more. */
  leaves: boolean;
}

/** Worker processes of an nginx, those of earlier configurations included. */
export async function workersOf(master: number): Promise<Worker[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const stat = await text(`/proc/${pid}/stat`);
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(parent) !== master || state === 'Z') return [];
      const title = await text(`/proc/${pid}/cmdline`);
      return title.startsWith('nginx: worker') ? [{ pid: Number(pid), leaves: title.includes('shutting down') }] : [];
    }),
  );
  return found.flat();
}

/** How many connections these processes have to each address, as `127.0.0.1:8080` and, for IPv6, `port 8080`. */
export async function connectionsTo(pids: readonly number[]): Promise<Map<string, number>> {
  const sockets = new Set((await Promise.all(pids.map(socketsOf))).flat());
  const counts = new Map<string, number>();
  for (const line of (await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(text))).join('\n').split('\n')) {
    const [, , remote = '', state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
    if (!used.has(state) || !sockets.has(inode)) continue;
    const at = remoteAddress(remote);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return counts;
}

/** `0100007F:1F90` is 127.0.0.1:8080: four bytes, the last first. */
function remoteAddress(remote: string): string {
  const [host = '', port = ''] = remote.split(':');
  const number = Number.parseInt(port, 16);
  if (host.length !== 8) return `port ${number}`;
  const bytes =
    host
      .match(/../g)
      ?.map((each) => Number.parseInt(each, 16))
      .reverse() ?? [];
  return `${bytes.join('.')}:${number}`;
}

async function socketsOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

async function text(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
