import type { Registry } from 'prom-client';
import type { Database } from './database.ts';
import { HttpProblem, json, type Route } from './http.ts';

const pingSql = { name: 'ping', text: 'SELECT 1' };

/**
 * `/healthz`: the process answers. `/readyz`: and may be sent traffic. `/metrics`: Prometheus. `/artifacts`: what it is made of.
 * `/configuration`: the settings in force, secrets as their digests.
 * @param digest of the shop; asked for once
 */
export function operationsRoutes(
  database: Database,
  registry: Registry,
  draining: () => boolean,
  digest: () => string,
  settings: () => object,
): Route[] {
  let known: string | undefined;
  return [
    {
      method: 'GET',
      path: '/artifacts',
      kind: 'operations',
      handle() {
        known ??= digest();
        return json({ artifacts: [{ name: 'sample-shop', digest: known }] });
      },
    },
    { method: 'GET', path: '/configuration', kind: 'operations', handle: () => json(settings()) },
    { method: 'GET', path: '/healthz', kind: 'operations', handle: () => json({ status: 'ok' }) },
    {
      method: 'GET',
      path: '/readyz',
      kind: 'operations',
      async handle() {
        if (draining()) throw new HttpProblem(503, 'Draining.');
        try {
          await database.rows(pingSql);
        } catch {
          throw new HttpProblem(503, 'The database cannot be reached.');
        }
        return json({ status: 'ready' });
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      kind: 'operations',
      handle: async () => ({ status: 200, type: registry.contentType, body: await registry.metrics() }),
    },
  ];
}
