import type { Socket } from 'node:net';

/** Longer than a closed connection stays in the kernel's list. */
const keptMs = 90_000;

/** Ports of this machine from which this process connected to links, to measure them: those are none of their users. */
export const ownPorts = new Set<number>();

interface OwnTraffic {
  open: Set<Socket>;
  /** Bytes sent on connections that are closed. */
  closedBytes: number;
}

/** By the port that was connected to. */
const traffic = new Map<number, OwnTraffic>();
const noted = new WeakSet<Socket>();

/** @param socket that connects, or has */
export function noteOwn(socket: Socket): void {
  // An agent hands out the same connection again.
  if (noted.has(socket)) return;
  noted.add(socket);
  const note = () => {
    const { localPort: port, remotePort } = socket;
    if (port === undefined) return;
    ownPorts.add(port);
    socket.once('close', () => keepOwn(port));
    if (remotePort !== undefined) noteTraffic(socket, remotePort);
  };
  if (socket.connecting) socket.once('connect', note);
  else note();
}

function noteTraffic(socket: Socket, remotePort: number): void {
  const own = traffic.get(remotePort) ?? { open: new Set(), closedBytes: 0 };
  traffic.set(remotePort, own);
  own.open.add(socket);
  socket.once('close', () => {
    own.open.delete(socket);
    own.closedBytes += socket.bytesWritten;
  });
}

/** What this process sent to a port since it began, bytes: on connections that are closed, and on all. */
export function ownBytesTo(port: number): { closed: number; all: number } {
  const { open, closedBytes } = traffic.get(port) ?? { open: [], closedBytes: 0 };
  return { closed: closedBytes, all: [...open].reduce((sum, socket) => sum + socket.bytesWritten, closedBytes) };
}

/** Of a connection that is closed: until it is out of the kernel's list. */
export function keepOwn(port: number): void {
  ownPorts.add(port);
  setTimeout(() => ownPorts.delete(port), keptMs).unref();
}
