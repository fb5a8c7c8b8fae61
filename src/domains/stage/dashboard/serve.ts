import { createHash } from 'node:crypto';
import { type LoopbackServer, serveOnLoopback } from '../../../environment/loopback.ts';
import { dashboardPage } from './page.ts';
import type { DashboardParts } from './parts.ts';

const freshForMs = 1000;

/**
 * Serves the dashboard on 127.0.0.1 only, for looking: nothing can be sent to it. However many tabs ask, the stage is looked at once a second, and not
 * at all while nobody asks.
 * @param look what there is now
 * @throws ShakedownError PORT_TAKEN
 */
export async function serveDashboard(
  look: () => Promise<DashboardParts>,
  { port, environment }: { port: number; environment: string },
): Promise<LoopbackServer> {
  const { html, policy } = dashboardPage(environment);
  let known: { atMs: number; now: Promise<{ parts: DashboardParts; revision: string }> } | null = null;
  const fresh = () => {
    if (known === null || performance.now() - known.atMs > freshForMs) {
      const now = look().then((parts) => ({
        parts,
        revision: createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16),
      }));
      known = { atMs: performance.now(), now };
    }
    return known.now;
  };
  const failed = (response: Parameters<Parameters<typeof serveOnLoopback>[1][string]>[1]) => (cause: unknown) => {
    known = null;
    if (response.headersSent) return void response.destroy();
    response.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${(cause as Error).message}\n`);
  };
  return serveOnLoopback(port, {
    '/': (_, response) => {
      fresh().then(({ parts }) => {
        response.setHeader('Content-Security-Policy', policy);
        response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html(parts));
      }, failed(response));
    },
    '/parts': (_, response, url) => {
      fresh().then(({ parts, revision }) => {
        if (url.searchParams.get('since') === revision) return void response.writeHead(204).end();
        const text = JSON.stringify({ ...parts, revision });
        response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end(text);
      }, failed(response));
    },
  });
}
