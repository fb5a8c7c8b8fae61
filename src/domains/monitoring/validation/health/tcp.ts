import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { attempt, type Outcome, type Probe, unreachable, wrongPort } from './probe.ts';
import type { TcpCheck } from './settings.ts';

/** Whether a connection is accepted. */
export async function tcpProbe({ host, port, timeoutS }: TcpCheck): Promise<Probe> {
  const at = (where: number) => (signal: AbortSignal) => accepted(host, where, timeoutS * 1000, signal);
  const other = await wrongPort(host);
  return { run: at(port), controls: [{ wrong: 'a wrong port', run: at(other), reason: unreachable }] };
}

function accepted(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<Outcome> {
  return attempt(signal, timeoutMs, async (both) => {
    const socket = await opened({ host, port, tls: false, caFile: null }, both);
    socket.destroy();
    return 'connection accepted';
  });
}

export interface Where {
  host: string;
  port: number;
  tls: boolean;
  caFile: string | null;
}

/**
 * Opens a connection, which is closed when the signal is aborted.
 * @throws Error with the system's code
 */
export function opened({ host, port, tls, caFile }: Where, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket: Socket = tls
      ? connectTls({
          host,
          port,
          ...(/^[\d.:[\]]+$/.test(host) ? {} : { servername: host }),
          ...(caFile === null ? {} : { ca: readFileSync(caFile) }),
        })
      : connect({ host, port });
    signal.addEventListener('abort', () => socket.destroy(new Error('cut off')), { once: true });
    socket.once('error', reject);
    socket.once(tls ? 'secureConnect' : 'connect', () => resolve(socket));
  });
}

/** Reads what a connection brings, by as many bytes as are asked for. */
export class Reader {
  #held = Buffer.alloc(0);
  #wake: (() => void) | null = null;
  #end: Error | null = null;
  readonly #bytesAtMost: number;

  constructor(socket: Socket, bytesAtMost = 1 << 20) {
    this.#bytesAtMost = bytesAtMost;
    socket.on('data', (chunk: Buffer) => {
      this.#held = Buffer.concat([this.#held, chunk]);
      if (this.#held.length > bytesAtMost) socket.destroy(new Error('too much was answered'));
      this.#woken();
    });
    socket.on('error', (error) => this.#ended(error));
    socket.on('close', () => this.#ended(new Error('cut off')));
  }

  /** @throws Error where the connection ends before, or more is asked for than is ever kept */
  async bytes(count: number): Promise<Buffer> {
    if (count > this.#bytesAtMost) throw new Error('too much was announced');
    while (this.#held.length < count) await this.#more();
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  /** Up to CR LF, without it. */
  async line(): Promise<string> {
    let end = this.#held.indexOf('\r\n');
    while (end < 0) {
      await this.#more();
      end = this.#held.indexOf('\r\n');
    }
    return (await this.bytes(end + 2)).subarray(0, end).toString('utf8');
  }

  async #more(): Promise<void> {
    if (this.#end !== null) throw this.#end;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  #woken(): void {
    this.#wake?.();
    this.#wake = null;
  }

  #ended(error: Error): void {
    this.#end ??= error;
    this.#woken();
  }
}
