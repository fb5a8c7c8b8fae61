import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { appendFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { ask, why } from '../asking/ask.ts';
import type { LogStore } from '../configuration/logs.ts';
import type { LogBackend, Pushed } from './backend/backend.ts';
import type { Marker } from './evidence.ts';

/** A marker that was written, and how it is found again. */
export interface Planted {
  id: string;
  kind: Marker['kind'];
  of: string;
  /** Epoch ms of writing. */
  atMs: number;
  /** The time that the line has, epoch ms; null: the application gave it one. */
  timeMs: number | null;
  error: string | null;
  refused: string | null;
}

export interface Planting {
  store: LogStore;
  backend: LogBackend;
  /** Where requests go when the configuration names no URL. */
  urls: readonly string[];
  signal: AbortSignal;
}

const plainLines = 5;
const syslogTimeoutMs = 5000;

/** A word that no log has, and that every tokenizer keeps whole. */
export const newBatch = (): string => `sd${randomBytes(6).toString('hex')}x`;

/** Writes the markers of a store, by whichever way it is configured. @param batch beginning of every id */
export async function plant({ store, backend, urls, signal }: Planting, batch: string): Promise<Planted[]> {
  const { marker } = store;
  if (marker.by === 'request') {
    const to = marker.urls.length > 0 ? marker.urls : urls;
    return byRequest(to, marker, batch, signal);
  }
  const lines = linesOf(store, batch);
  const said = (index: number, refused: string | null, error: string | null): Planted => {
    const { id, kind, of, pushed } = lines[index] as (typeof lines)[number];
    return { id, kind, of, atMs: Date.now(), timeMs: pushed.atMs, error, refused };
  };
  try {
    if (marker.by === 'push') {
      if (backend.push === undefined) throw new Error('it has no interface that lines are written to');
      const planted: Planted[] = [];
      // One by one: a refusal of one must not hide another's.
      for (const [index, { pushed }] of lines.entries()) {
        const [refusal] = await backend.push([pushed]);
        planted.push(said(index, refusal?.reason ?? null, null));
      }
      return planted;
    }
    const texts = lines.map(({ pushed }) => textOf(pushed, store));
    if (marker.by === 'file') await appendFile(marker.file, texts.map((text) => `${text}\n`).join(''));
    else await bySyslog(marker, texts);
    return lines.map((_, index) => said(index, null, null));
  } catch (error) {
    return lines.map((_, index) => said(index, null, why(error)));
  }
}

interface MarkerLine {
  id: string;
  kind: Marker['kind'];
  of: string;
  pushed: Pushed;
}

function linesOf(store: LogStore, batch: string): MarkerLine[] {
  const instance = store.fields.instance ?? 'instance';
  const level = store.fields.level ?? 'level';
  const lines: MarkerLine[] = [];
  const add = (kind: Marker['kind'], of: string, agoMs: number, fields: Record<string, unknown> = {}) => {
    const id = `${batch}${lines.length}`;
    const usual = { [level]: 'info', [instance]: store.instances[0] ?? 'shakedown' };
    const message = `Shakedown looks for this line: ${id}`;
    lines.push({ id, kind, of, pushed: { atMs: Date.now() - agoMs, fields: { ...usual, ...fields, message } } });
  };
  for (let i = 0; i < plainLines; i++) add('plain', '', 0);
  for (const shape of store.shapes) add('shape', Object.keys(shape).join(', '), 0, shape);
  for (const lateS of store.lateS) add('late', ago(lateS), lateS * 1000);
  return lines;
}

function ago(seconds: number): string {
  if (seconds >= 86_400) return `${Math.round(seconds / 8640) / 10} d ago`;
  if (seconds >= 3600) return `${Math.round(seconds / 360) / 10} h ago`;
  return seconds >= 60 ? `${Math.round(seconds / 6) / 10} min ago` : `${seconds} s ago`;
}

const textOf = ({ atMs, fields }: Pushed, store: LogStore) =>
  JSON.stringify({ [store.fields.time ?? 'time']: new Date(atMs).toISOString(), ...fields });

type ByRequest = Extract<LogStore['marker'], { by: 'request' }>;

async function byRequest(
  urls: readonly string[],
  { header, requests }: ByRequest,
  batch: string,
  signal: AbortSignal,
): Promise<Planted[]> {
  const planted: Planted[] = [];
  for (const url of urls) {
    const { origin, pathname, search, host } = new URL(url);
    for (let i = 0; i < requests; i++) {
      signal.throwIfAborted();
      const id = `${batch}${planted.length}`;
      const atMs = Date.now();
      const service = { url: origin, headers: { accept: '*/*' }, caFile: null };
      const error = await ask(service, { path: `${pathname}${search}`, headers: { [header]: id }, signal }).then(
        () => null,
        (cause: unknown) => why(cause),
      );
      planted.push({ id, kind: 'plain', of: host, atMs, timeMs: null, error, refused: null });
    }
  }
  return planted;
}

/** Sends a secret where secrets belong, in headers that no log may hold. @returns whether it was sent */
export async function plantCanary(urls: readonly string[], canary: string, signal: AbortSignal): Promise<boolean> {
  let isSent = false;
  for (const url of urls) {
    const { origin, pathname, search } = new URL(url);
    const headers = { accept: '*/*', authorization: `Bearer ${canary}a`, cookie: `shakedown=${canary}c` };
    await ask({ url: origin, headers, caFile: null }, { path: `${pathname}${search}`, signal }).then(
      () => {
        isSent = true;
      },
      () => {},
    );
  }
  return isSent;
}

/** RFC 5424; over TCP each message ends with a newline (RFC 6587, 3.4.2). */
async function bySyslog(
  { address, transport }: Extract<LogStore['marker'], { by: 'syslog' }>,
  texts: readonly string[],
): Promise<void> {
  const at = address.lastIndexOf(':');
  const [host, port] = [address.slice(0, at).replace(/^\[|\]$/g, ''), Number(address.slice(at + 1))];
  const messages = texts.map((text) => `<134>1 ${new Date().toISOString()} shakedown shakedown - - - ${text}`);
  if (transport === 'udp') {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    try {
      for (const message of messages) {
        await new Promise<void>((resolve, reject) =>
          socket.send(message, port, host, (error) => (error === null ? resolve() : reject(error))),
        );
      }
    } finally {
      socket.close();
    }
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(syslogTimeoutMs, () => socket.destroy(new Error('it took no message in time')));
    socket.once('error', reject);
    socket.once('close', () => resolve());
    socket.end(messages.map((message) => `${message}\n`).join(''));
    socket.resume();
  });
}
