import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, refuse, serveOnLoopback } from '../../../environment/loopback.ts';
import type { Mark } from '../../part.ts';

/** What can be decided on the page; the words are those that are typed on the terminal. */
const words = ['promote', 'pause', 'resume', 'abort'] as const;
const marksAtMost = 200;

/** What the page shows. */
export interface LivePageState {
  /** `v2.1.0 in place of v2.0.0` */
  title: string;
  /** What is being done. */
  state: string;
  /** Percent, by side. */
  weights: Readonly<Record<string, number>>;
  /** Whether a person may decide now. */
  takesWord: boolean;
}

export interface LivePage {
  /** Where to look; its fragment is the secret without which nothing is shown or decided. */
  address: string;
  /** The next word that somebody decided; null: none. */
  next(): string | null;
  mark(mark: Mark & { atMs: number }): void;
  close(): Promise<void>;
}

/**
 * Serves a page that shows a rehearsal and on which a person can decide, on 127.0.0.1 only. What is asked or decided needs the secret in a header, which
 * pages of other sites cannot send, and no other Origin than the page's own.
 * @param port 0 for any free one
 * @throws ShakedownError PORT_TAKEN
 */
export async function serveLivePage(port: number, now: () => LivePageState): Promise<LivePage> {
  const token = randomBytes(16).toString('hex');
  const marks: (Mark & { atMs: number })[] = [];
  const decided: string[] = [];
  let origin = '';

  const allowed = (request: IncomingMessage, response: ServerResponse): boolean => {
    const from = request.headers.origin;
    if (from !== undefined && from !== origin && from !== origin.replace('127.0.0.1', 'localhost')) {
      refuse(response, 403, 'Not for other sites.');
      return false;
    }
    const given = request.headers['x-shakedown-token'];
    if (typeof given === 'string' && isSame(given, token)) return true;
    refuse(response, 403, 'Open the address that the terminal shows, with all of it.');
    return false;
  };
  const page: Answer = (_, response) => {
    const nonce = randomBytes(16).toString('base64');
    const of = `'nonce-${nonce}'`;
    response.setHeader(
      'Content-Security-Policy',
      `default-src 'none'; script-src ${of}; style-src ${of}; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    );
    const html = readFileSync(new URL('./page.html', import.meta.url), 'utf8').replaceAll('{nonce}', nonce);
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html);
  };
  const state: Answer = (request, response) => {
    if (!allowed(request, response)) return;
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ ...now(), marks }));
  };
  const decide =
    (word: string): Answer =>
    (request, response) => {
      if (!allowed(request, response)) return;
      if (!now().takesWord) return refuse(response, 409, 'Nothing can be decided now.');
      decided.push(word);
      response.writeHead(202, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${word}: heard.\n`);
    };

  const decisions = Object.fromEntries(words.map((word) => [`/${word}`, decide(word)]));
  const server = await serveOnLoopback(port, { '/': page, '/state': state }, decisions);
  origin = server.origin;
  return {
    address: `${server.origin}/#${token}`,
    next: () => decided.shift() ?? null,
    mark(mark) {
      marks.push(mark);
      if (marks.length > marksAtMost) marks.shift();
    },
    close: () => server.close(),
  };
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
