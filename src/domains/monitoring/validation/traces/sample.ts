import type { TraceStore } from '../configuration/traces.ts';

/** Where the sample system's traces are, when a collector of ours takes them. @param url of the collector */
export function sampleTraces(url: string, instances: readonly { url: string }[]): TraceStore {
  return {
    ...{ kind: 'zipkin', url, path: '/api/v2/trace/{id}', headers: {}, caFile: null },
    // It asks the database each time.
    urls: instances.map((instance) => `${instance.url}/api/products/1`),
    ...{ requests: 2, withinS: 30, services: ['shop'], database: true },
  };
}
