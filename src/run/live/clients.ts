import type { ServerResponse } from 'node:http';
import { refuse } from '../../environment/loopback.ts';

const mostClients = 32;
/** A client that has this much unread is not reading. */
const mostUnreadBytes = 64 * 1024;
const retryMs = 2000;

/** Those who listen to server-sent events. A message is the same for all of them; who does not read is let go, never waited for. */
export class EventClients {
  #clients = new Set<ServerResponse>();
  #onLeave: (left: number) => void;

  constructor(onLeave: (left: number) => void) {
    this.#onLeave = onLeave;
  }

  get count(): number {
    return this.#clients.size;
  }

  /** @returns whether there was room */
  add(response: ServerResponse): boolean {
    if (this.#clients.size >= mostClients) {
      response.setHeader('Retry-After', '10');
      refuse(response, 503, 'Too many viewers.');
      return false;
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
    response.socket?.setNoDelay(true);
    response.write(`retry: ${retryMs}\n\n`);
    this.#clients.add(response);
    const leave = () => {
      if (this.#clients.delete(response)) this.#onLeave(this.#clients.size);
    };
    response.once('close', leave);
    response.once('error', leave);
    return true;
  }

  /** @param only null: to everyone */
  send(text: string, only: ServerResponse | null = null): void {
    for (const client of only === null ? [...this.#clients] : [only]) {
      if (client.writableLength > mostUnreadBytes) {
        client.destroy();
        continue;
      }
      client.write(text);
    }
  }
}

/** One event as it goes over the wire; `data` is JSON and so has no line breaks. */
export function eventText(name: string, id: string, data: unknown): string {
  return `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
