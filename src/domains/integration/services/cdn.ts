import { join } from 'node:path';
import { tlsOptions } from '../../../environment/tls.ts';
import { startTokens } from '../../load/public.ts';
import { readManifest, readSessions } from '../../traffic/public.ts';
import type { ValidationContext } from '../../validation.ts';
import { askTarget } from '../contracts/traffic.ts';
import type { ServiceSettings } from '../settings.ts';
import { cacheStatusOf } from './cache-status.ts';
import { proxyHeader, startCachingProxy } from './caching-proxy.ts';
import type { CdnEvidence } from './evidence.ts';

type Route = CdnEvidence['routes'][number];

const routesAtMost = 500;

/**
 * Sends sessions of the recording to the target through a caching proxy, and counts what its cache answers, beside what the CDN of the recording answered.
 * Of each address, the first answer is not counted: the cache is empty at the beginning, as that of a CDN is not.
 * @throws ShakedownError CACHING_PROXY, TRAFFIC_NOT_ANONYMIZED
 */
export async function throughCache(
  { name, hitSharePoints }: ServiceSettings,
  context: ValidationContext,
): Promise<CdnEvidence> {
  const { config, signal, teardown, projectFolder, folder, mark } = context;
  const { baseUrl } = await context.target();
  const routes = await recordedShares(config.traffic.recording);
  const proxy = await startCachingProxy(baseUrl, join(folder, 'caching-proxy'), signal);
  teardown.before('end the caching proxy', () => proxy.close());
  const tokens = await startTokens(config.target.tokenHook, projectFolder, (text) => mark({ text, kind: 'trouble' }));
  teardown.before('stop fetching tokens', () => tokens.stop());
  const seen = new Set<string>();
  const own = await tlsOptions(config.target.tls);
  const { sessions } = await askTarget(
    {
      ...{ config, baseUrl: proxy.origin, tls: own, signal, overlay: tokens.overlay },
      wants: (route) => /^(GET|HEAD) /.test(route),
    },
    config.integration.answersPerRoute,
    async ({ method, path, route, received, isLogin }) => {
      if (isLogin || received === null || received.status === 0 || !/^(GET|HEAD)$/.test(method)) return;
      const key = `${method} ${path}`;
      if (!seen.has(key)) {
        seen.add(key);
        return;
      }
      const of = routeIn(routes, route);
      of.own.of++;
      const status = String(received.headers[proxyHeader] ?? '').toLowerCase();
      const isHit = /^(hit|stale|updating|revalidated)$/.test(status);
      if (isHit) {
        of.own.hits++;
        return;
      }
      const { 'cache-control': control, expires, 'set-cookie': cookie, vary } = received.headers;
      if (control === undefined && expires === undefined && cookie === undefined && vary !== '*') of.unsaid++;
      else if (of.said === '')
        of.said = (cookie !== undefined ? 'set-cookie' : `cache-control: ${control ?? 'none'}`).slice(0, 100);
    },
  );
  await tokens.stop();
  await proxy.close();
  const listed = [...routes.values()].slice(0, routesAtMost);
  const unlisted = routes.size - listed.length;
  return { kind: 'cdn', name, sessions, points: hitSharePoints, routes: listed, unlisted };
}

/** What the recording says of the cache that answered, by route. */
async function recordedShares(recording: string): Promise<Map<string, Route>> {
  const found = new Map<string, Route>();
  const manifest = await readManifest(recording);
  for await (const { requests } of readSessions(recording, manifest)) {
    for (const { method, route, response } of requests) {
      if (method !== 'GET' && method !== 'HEAD') continue;
      const status = cacheStatusOf((response?.headers ?? []).map(([key, value]) => [key.toLowerCase(), value]));
      if (status === null) continue;
      const of = routeIn(found, `${method} ${route}`);
      of.recorded.of++;
      if (status === 'hit') of.recorded.hits++;
    }
  }
  return found;
}

function routeIn(routes: Map<string, Route>, route: string): Route {
  const of = routes.get(route) ?? { route, recorded: { hits: 0, of: 0 }, own: { hits: 0, of: 0 }, unsaid: 0, said: '' };
  routes.set(route, of);
  return of;
}
