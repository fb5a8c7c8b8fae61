import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A program of this machine that accepts TCP connections. */
export interface Listener {
  name: string;
  pid: number;
  /** As connected to from this machine: `127.0.0.1`, or `*` for all addresses. */
  address: string;
  port: number;
}

/** Of a socket that listens, in /proc/net/tcp (proc(5)). */
const listenState = '0A';

/** What listens, by port; of what this user may see. Empty where there is no /proc. */
export function listeners(): Listener[] {
  const sockets = new Map([...socketsIn('/proc/net/tcp'), ...socketsIn('/proc/net/tcp6')]);
  const found = new Map<string, Listener>();
  for (const pid of pids()) {
    for (const inode of socketsOf(pid)) {
      const at = sockets.get(inode);
      if (at === undefined) continue;
      // A socket that several processes share, such as a server's workers, is of the one that was there first.
      const key = `${at.port} ${inode}`;
      if (!found.has(key) && pid !== process.pid) found.set(key, { name: nameOf(pid), pid, ...at });
    }
  }
  const byPort = [...found.values()].sort((a, b) => a.port - b.port);
  // On both versions of the internet protocol it is one all the same.
  return byPort.filter((one, at) => !byPort.slice(0, at).some(({ pid, port }) => pid === one.pid && port === one.port));
}

function socketsIn(file: string): [inode: string, at: { address: string; port: number }][] {
  return textOf(file)
    .split('\n')
    .slice(1)
    .flatMap((line): [string, { address: string; port: number }][] => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      if (state !== listenState) return [];
      return [
        [inode, { address: /^0+$/.test(address) ? '*' : shownAddress(address), port: Number.parseInt(port, 16) }],
      ];
    });
}

/** Words of 32 bits, each with its lowest byte first. */
function shownAddress(hex: string): string {
  if (hex.length > 8) return hex.endsWith('01000000') && /^0+$/.test(hex.slice(0, 24)) ? '[::1]' : 'IPv6';
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
}

function pids(): number[] {
  return entries('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0)
    .sort((a, b) => a - b);
}

function socketsOf(pid: number): string[] {
  return entries(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}

function nameOf(pid: number): string {
  return textOf(`/proc/${pid}/comm`).trim() || `process ${pid}`;
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
