import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { SlowRequest } from '../settings.ts';
import { nextId, type Sent, sentOf, timeoutMs, wordsOf } from './request.ts';

/** Requests as streams of HTTP/2: many on one connection. Without TLS it is spoken at once, with prior knowledge. */
export interface Http2Client {
  /** Resolves when its connections are there, or cannot be had. */
  connected: Promise<unknown>;
  /** Sends one request, once. @param onSent called when it is on its way, or cannot be */
  ask(request: SlowRequest, now: () => number, onSent: () => void): Promise<Sent>;
  close(): void;
}

/** @param connections that streams take turns on */
export function http2Client(baseUrl: string, connections: number): Http2Client {
  const sessions = Array.from({ length: connections }, () => {
    const session = connect(baseUrl);
    // Its streams fail with it, and say so.
    session.on('error', () => {});
    return session;
  });
  let turn = 0;
  const tried = (session: ClientHttp2Session) =>
    new Promise<void>((resolve) => {
      session.once('connect', () => resolve());
      session.once('close', () => resolve());
    });
  return {
    connected: Promise.all(sessions.map(tried)),
    ask(request, now, onSent) {
      const number = turn++;
      const session = sessions[number % connections] as ClientHttp2Session;
      return stream(session, request, { now, onSent, reused: number >= connections });
    },
    close() {
      for (const session of sessions) session.destroy();
    },
  };
}

interface Streaming {
  now(): number;
  onSent(): void;
  reused: boolean;
}

function stream(
  session: ClientHttp2Session,
  { method, path, headers, body }: SlowRequest,
  { now, onSent, reused }: Streaming,
): Promise<Sent> {
  const id = nextId();
  const sentMs = now();
  return new Promise((resolve) => {
    let status = 0;
    let answered: Record<string, string | string[] | number | undefined> = {};
    let hasEnded = false;
    const settle = (error: string | null) => {
      clearTimeout(timer);
      onSent();
      const label = `${method} ${path}`;
      const about = { id, kind: 'HTTP/2 stream', method, label, dueMs: sentMs, sentMs, endMs: now() } as const;
      resolve(sentOf({ ...about, status, error, reused }, answered));
    };
    const timer = setTimeout(() => opened?.destroy(new Error(`no answer in ${timeoutMs / 1000} s`)), timeoutMs);
    let opened: ClientHttp2Stream | undefined;
    try {
      opened = session.request({ ...headers, ':method': method, ':path': path, 'x-request-id': id });
    } catch (error) {
      settle(wordsOf(error as NodeJS.ErrnoException));
      return;
    }
    let why: string | null = null;
    if (opened.pending) opened.on('ready', onSent);
    else onSent();
    opened.on('response', (head) => {
      status = Number(head[constants.HTTP2_HEADER_STATUS] ?? 0);
      answered = head;
    });
    opened.on('data', () => {});
    opened.on('end', () => {
      hasEnded = true;
    });
    opened.on('error', (error: NodeJS.ErrnoException) => {
      why = wordsOf(error);
    });
    opened.on('close', () => {
      const isCut = why !== null || !hasEnded || status === 0 || opened.rstCode !== constants.NGHTTP2_NO_ERROR;
      if (isCut) settle(why ?? (status === 0 ? 'no answer' : 'the answer was cut off'));
      else settle(status >= 400 ? `status ${status}` : null);
    });
    opened.end(body ?? undefined);
  });
}
