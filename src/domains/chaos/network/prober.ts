import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ShakedownError } from '../../../model/error.ts';
import type { ComponentOf } from '../fault.ts';

/** Connections to a component's peer, opened from its network namespace. Times are ms; null: nothing in time. */
export interface Prober {
  /** Opens connections that stay. @returns how many are kept now */
  keep(count: number): Promise<number>;
  /** Round trips on each of them. */
  existing(options: { rounds: number; timeoutMs: number }): Promise<(number | null)[]>;
  /** New connections, until made. */
  fresh(options: { count: number; atOnce: number; timeoutMs: number }): Promise<(number | null)[]>;
  /** Bytes a second that leave by the interface while one connection sends all it can; null: it could not be opened. */
  push(options: { isNew: boolean; skippedMs: number; forMs: number; timeoutMs: number }): Promise<number | null>;
  /** Of TCP in the namespace: `Tcp` `RetransSegs`. */
  counter(table: 'Tcp' | 'TcpExt', name: string): Promise<number>;
  end(): void;
}

const script = fileURLToPath(new URL('./probe.mjs', import.meta.url));

/** A command as it is run in the component's network. */
export function inNetworkOf({ namespace, pid }: ComponentOf<'namespace'>, argv: readonly string[]): string[] {
  if (pid !== undefined) return ['nsenter', `--net=/proc/${pid()}/ns/net`, '--', ...argv];
  return namespace === null ? [...argv] : ['ip', 'netns', 'exec', namespace, ...argv];
}

/**
 * Starts it before the fault, so that some of its connections are older than the fault.
 * @throws ShakedownError FAULT_PEER where the component names no peer
 */
export function startProber(component: ComponentOf<'namespace'>): Prober {
  const [host, port] = peerOf(component);
  const [program = '', ...args] = inNetworkOf(component, [process.execPath, script, host, String(port)]);
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  const ended = () => {
    const error = new ShakedownError('FAULT_PROBE', `The probe of ${component.name} ended.`);
    for (const one of waiting.splice(0)) one.reject(error);
  };
  child.on('error', ended);
  child.on('exit', ended);
  child.stdin.on('error', () => {});
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(line));
  const ask = async <Answer>(request: string, given: Record<string, unknown>): Promise<Answer> => {
    const line = await new Promise<string>((resolve, reject) => {
      waiting.push({ resolve, reject });
      if (child.exitCode !== null || child.signalCode !== null) ended();
      else child.stdin.write(`${JSON.stringify({ request, ...given })}\n`);
    });
    return JSON.parse(line) as Answer;
  };
  return {
    keep: (count) => ask('keep', { count, timeoutMs: 2000 }),
    existing: (options) => ask('existing', options),
    fresh: (options) => ask('fresh', options),
    push: (options) => ask('push', { ...options, device: component.interface }),
    counter: (table, name) => ask('counter', { table, name }),
    end() {
      child.kill('SIGKILL');
    },
  };
}

/** @throws ShakedownError FAULT_PEER */
export function peerOf({ name, peer }: ComponentOf<'namespace'>): [host: string, port: number] {
  const found = /^\[?(.+?)\]?:(\d+)$/.exec(peer ?? '');
  if (found?.[1] !== undefined) return [found[1], Number(found[2])];
  throw new ShakedownError('FAULT_PEER', `${name} names no peer, so nothing could be measured.`, {
    hint: `Give component ${name} a "peer": host:port of something that answers through that interface.`,
  });
}
