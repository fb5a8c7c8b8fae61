import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Upstreams } from './upstreams.ts';

/** The balancer's own side, apart from the shop's public port: `/healthz`, `/status`, `/metrics`. */
export function adminServer(upstreams: Upstreams): Server {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, value: (upstream: ReturnType<Upstreams['all']>[number]) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['upstream'],
      registers: [registry],
      collect() {
        for (const upstream of upstreams.all()) this.set({ upstream: upstream.name }, value(upstream));
      },
    });
  gauge('balancer_upstream_ready', '1 when the instance takes traffic.', (upstream) => Number(upstream.ready));
  gauge('balancer_upstream_requests', 'Requests sent to the instance.', (upstream) => upstream.requests);
  gauge('balancer_upstream_errors', 'Connections to the instance that failed.', (upstream) => upstream.errors);

  return createServer(async (request, response) => {
    if (request.url === '/metrics') {
      response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
    } else if (request.url === '/status') {
      const list = upstreams.all().map(({ agent: _agent, ...rest }) => rest);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ upstreams: list }));
    } else {
      response.writeHead(request.url === '/healthz' ? 200 : 404).end();
    }
  });
}
