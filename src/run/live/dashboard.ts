import { randomBytes } from 'node:crypto';
import { refuse, serveOnLoopback } from '../../environment/loopback.ts';
import { EventClients, eventText } from './clients.ts';
import { drawing } from './drawing.ts';
import { liveMessage } from './message.ts';
import { dashboardPage } from './page.ts';
import type { LiveState } from './state.ts';

export interface Dashboard {
  /** Where to look. */
  address: string;
  /** Shows viewers how it ended, waits a moment so that they receive it, and stops serving. */
  end(): Promise<void>;
}

const everyMs = 1000;
/** After this long without news a comment says that the line still stands. */
const heartbeatMs = 15_000;
const lingerMs = 2000;

/**
 * Serves a page that shows the run while it is on, on 127.0.0.1 only. While nobody looks, nothing is rendered and no timer runs.
 * @param port 0 for any free one
 * @param warn called where the page can no longer be updated
 * @throws ShakedownError PORT_TAKEN
 */
export async function startDashboard(
  state: LiveState,
  port: number,
  warn: (text: string) => void = () => {},
): Promise<Dashboard> {
  // Distinguishes the events of this run from those of another on the same port.
  const token = randomBytes(4).toString('hex');
  const { html, policy } = dashboardPage(state.run, state.panels);
  let timer: NodeJS.Timeout | null = null;
  let sequence = 0;
  let sent = '';
  let sentAt = 0;
  let nobodyLeft: (() => void) | null = null;
  const drawn = new Map<string, { revision: number; markup: string | null }>();

  const clients = new EventClients((left) => {
    if (left > 0) return;
    if (timer !== null) clearInterval(timer);
    timer = null;
    nobodyLeft?.();
  });
  const name = () => (state.outcome === null ? 'state' : 'end');
  const send = () => {
    const message = liveMessage(state);
    const text = JSON.stringify(message);
    const now = performance.now();
    if (text !== sent) {
      sent = text;
      sentAt = now;
      clients.send(eventText(name(), `${token}-${++sequence}`, message));
    } else if (now - sentAt >= heartbeatMs) {
      sentAt = now;
      clients.send(':\n\n');
    }
  };

  const server = await serveOnLoopback(port, {
    '/': (_, response) => {
      response.setHeader('Content-Security-Policy', policy);
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html);
    },
    '/events': (request, response) => {
      if (!clients.add(response)) return;
      // A client that reconnects and has missed nothing is sent nothing; every other one is sent the whole state.
      const message = liveMessage(state);
      const isCurrent = JSON.stringify(message) === sent && request.headers['last-event-id'] === `${token}-${sequence}`;
      if (!isCurrent) clients.send(eventText(name(), `${token}-${sequence}`, message), response);
      timer ??= setInterval(() => {
        try {
          send();
        } catch (error) {
          if (timer !== null) clearInterval(timer);
          warn(`The dashboard is no longer updated: ${(error as Error).message}`);
        }
      }, everyMs);
    },
    '/drawing': (_, response, url) => {
      const layout = url.searchParams.get('layout') ?? '';
      if (!/^[wmn]$/.test(layout)) return refuse(response, 400, 'layout is w, m or n.');
      let known = drawn.get(layout);
      if (known === undefined || known.revision !== state.revision) {
        known = { revision: state.revision, markup: drawing(state, layout) };
        drawn.set(layout, known);
      }
      // Text, not an image: on its own it is nothing to be opened.
      response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' }).end(known.markup ?? '');
    },
  });

  return {
    address: `${server.origin}/`,
    async end() {
      if (clients.count > 0) {
        send();
        await new Promise<void>((resolve) => {
          nobodyLeft = resolve;
          setTimeout(resolve, lingerMs);
        });
      }
      if (timer !== null) clearInterval(timer);
      timer = null;
      await server.close();
    },
  };
}
