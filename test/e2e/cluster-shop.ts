import { fileURLToPath } from 'node:url';
import { onPath } from '../../src/environment/paths.ts';

const manifests = fileURLToPath(new URL('../cluster/shop.yaml', import.meta.url));
/** Ways to deploy that may be copied. */
export const samples = fileURLToPath(new URL('../../docs/deploy/', import.meta.url));
export const namespace = 'shop-staging';
/** What is recorded: each request is a session, and a connection, of its own. */
export const paths = Array.from({ length: 600 }, (_, i) => `/i/${i}`);

/** The configuration's sections, as YAML, which takes JSON. */
export function sections(change: object = {}, instead: object = {}): string {
  const deployment = {
    ...{ driver: 'kubernetes', instances: 2, readyMs: 20_000, warmUpMs: 500, drainMs: 15_000 },
    kubernetes: {
      ...{
        context: 'test',
        namespace,
        manifests: [manifests],
        images: { 'localhost/shop': 'localhost/shop:{version}' },
      },
      ...{ port: 8080, healthPath: '/healthz', requestIds: true },
      ...change,
    },
    switch: { driver: 'kubernetes', kubernetes: { inFlight: { metric: 'under_way' } } },
    ...instead,
  };
  const slow = { path: '/?ms=3000' };
  const rehearsal = {
    ...{ previousVersion: 'v1', ratePerSecond: 60 },
    kinds: {
      slowGet: slow,
      upload: { method: 'POST', path: '/', body: 'x'.repeat(200) },
      post: { method: 'POST', ...slow },
    },
    // Each move is several kubectl, on a machine that runs the cluster as well.
    blueGreen: { switches: 2, settleMs: 4000, observeMs: 4500, rollbackMs: 10_000 },
    canary: { steps: [10, 50, 100], stepMs: 9000, deadlineMs: 30_000, minimumRequests: 40 },
  };
  return `version: v2\ndeployment: ${JSON.stringify(deployment)}\nrehearsal: ${JSON.stringify(rehearsal)}`;
}

/** For a title: why a test is skipped; empty: the program is there. */
export function needs(program: string): string {
  return onPath(program).length > 0 ? '' : ` (needs ${program})`;
}
