import { parseExposition } from '../../watch/exposition.ts';
import { ask, statusText } from '../asking/ask.ts';
import type { LogStore } from '../configuration/logs.ts';
import type { Counters } from './look.ts';

/** What of the sample system is needed here. */
export interface SampleLogs {
  instances: readonly { name: string; url: string }[];
  /** The log that its instances write. */
  log: string;
}

/** Addresses that it writes no line for. */
const unlogged = /^\/(metrics|healthz|readyz|artifacts|configuration)$/;

/** The sample system's own log, as a store: each instance is sent requests of its own. */
export function sampleStore({ instances, log }: SampleLogs): LogStore {
  return {
    ...{ kind: 'file', name: 'shop', files: [log], written: [] },
    marker: { by: 'request', header: 'x-request-id', requests: 10, urls: instances.map(({ url }) => `${url}/`) },
    ...{
      withinS: 30,
      lateS: [],
      shapes: [],
      fields: {},
      personalData: [],
      instances: instances.map(({ name }) => name),
    },
    required: ['time', 'level', 'instance', 'version', 'message'],
  };
}

/** Requests that the instances count themselves. */
export function sampleCounters({ instances }: Pick<SampleLogs, 'instances'>): Counters {
  return {
    ...{ of: 'the instances’ own metrics', within: 0, only: { message: 'request' } },
    async read() {
      const sum = { requests: 0, errors: 0 };
      for (const { url } of instances) {
        const { status, text } = await ask({ url, headers: {}, caFile: null }, { path: '/metrics' });
        if (status !== 200) throw new Error(statusText(status, text));
        for (const { name, labels, value } of parseExposition(text).series) {
          if (name !== 'http_request_duration_seconds_count' || unlogged.test(labels.route ?? '')) continue;
          sum.requests += value;
          if (Number(labels.status) >= 500) sum.errors += value;
        }
      }
      return sum;
    },
  };
}
