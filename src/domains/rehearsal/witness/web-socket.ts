import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { WebSocketKind } from '../settings.ts';
import { nextId, type Sent, sentOf, timeoutMs } from './request.ts';

const messageEveryMs = 200;
/** For the answer to the last message. */
const lastAnswerMs = 2000;
/** The server asks its client to connect again, in order: it goes away, or is started again. */
const asksToComeAgain = new Set([1001, 1012]);

/** One WebSocket, open until its client leaves. */
export interface OpenWebSocket {
  /** Resolves when it is open, or cannot be. */
  open: Promise<void>;
  /** Closes it after so many ms, in order. */
  leave(afterMs: number): void;
  ended: Promise<Sent>;
}

/** Opens a WebSocket, and sends a message now and then; each must be answered. What the server ends without a word is a failure. */
export function openWebSocket(
  baseUrl: string,
  { path, headers, message }: WebSocketKind,
  now: () => number,
): OpenWebSocket {
  const id = nextId();
  const sentMs = now();
  const socket = new WebSocket(`${baseUrl.replace(/^http/, 'ws')}${path}`, {
    headers: { ...headers, 'x-request-id': id },
    handshakeTimeout: timeoutMs,
    perMessageDeflate: false,
  });
  let answered: IncomingMessage['headers'] = {};
  let status = 0;
  let [messages, answers] = [0, 0];
  let [isLeaving, isOver] = [false, false];
  let why: string | null = null;
  let sending: NodeJS.Timeout | undefined;
  let onOpen = () => {};
  const open = new Promise<void>((resolve) => {
    onOpen = resolve;
  });
  const head = (response: IncomingMessage) => {
    status = response.statusCode ?? 0;
    answered = response.headers;
  };
  const say = () => {
    if (message === null || isLeaving || socket.readyState !== WebSocket.OPEN) return;
    messages++;
    socket.send(message);
  };
  const close = () => {
    const until = now() + lastAnswerMs;
    const last = () => {
      if (answers < messages && now() < until && socket.readyState === WebSocket.OPEN) setTimeout(last, 20);
      else socket.close(1000);
    };
    last();
  };
  socket.on('upgrade', head);
  socket.on('unexpected-response', (request, response) => {
    head(response);
    why = `status ${status} in place of a WebSocket`;
    request.destroy();
    socket.terminate();
  });
  socket.on('open', () => {
    onOpen();
    say();
    sending = setInterval(say, messageEveryMs);
  });
  socket.on('message', () => {
    answers++;
  });
  socket.on('error', (error) => {
    why ??= error.message;
  });
  const ended = new Promise<Sent>((resolve) => {
    socket.on('close', (code) => {
      clearInterval(sending);
      isOver = true;
      onOpen();
      const inOrder = (isLeaving && (code === 1000 || code === 1005)) || asksToComeAgain.has(code);
      const cut = code === 1006 ? 'the WebSocket was cut off' : `the server closed the WebSocket with ${code}`;
      const silent = answers < messages && `${messages - answers} of ${messages} messages had no answer`;
      const error = why ?? (inOrder ? (asksToComeAgain.has(code) ? null : silent || null) : cut);
      const about = { id, kind: 'WebSocket', method: 'GET', label: `WebSocket ${path}` } as const;
      resolve(sentOf({ ...about, dueMs: sentMs, sentMs, endMs: now(), status, error, reused: false }, answered));
    });
  });
  return {
    open,
    leave(afterMs) {
      setTimeout(() => {
        if (isOver) return;
        isLeaving = true;
        close();
      }, afterMs);
    },
    ended,
  };
}
