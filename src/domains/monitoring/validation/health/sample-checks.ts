import type { SampleSystem } from '../../../../model/sample-system.ts';
import type { Server } from '../server.ts';
import type { Stack } from '../stack/stack.ts';
import type { HealthSetting, HttpCheck, Subject } from './settings.ts';

const timeoutS = 5;

/** What the sample system does not have. */
export const sampleHasNo: readonly Subject[] = ['cache', 'queue', 'external', 'cdn'];

/** Checks of the sample system: its shop, each of its instances, and its database. */
export function sampleChecks({ baseUrl, balancer, instances, database }: SampleSystem): HealthSetting[] {
  return [
    http('shop', 'api', `${baseUrl}/api/products`, '"products"'),
    http('balancer', 'api', `${balancer.url}/healthz`),
    ...instances.map(({ name, url }) => http(name, 'api', `${url}/readyz`)),
    {
      ...{ kind: 'postgres', name: 'database', of: 'database', timeoutS, url: database.url, wrongPassword: true },
      limits: {
        ...{ connectionsPercent: 80, lockWaitS: 5, statementS: 60, idleInTransactionS: 60 },
        replicationLagS: 10,
      },
    },
  ];
}

/** The monitoring itself, which has to work before it can tell anything. */
export function monitoringChecks({
  prometheus,
  alertmanager,
}: Pick<Stack, 'prometheus' | 'alertmanager'>): HealthSetting[] {
  return [
    // A question that every server of this API answers, also those that have no page of their health.
    ofServer('Prometheus', prometheus, '/api/v1/query?query=1', '"success"'),
    ...(alertmanager === null ? [] : [ofServer('Alertmanager', alertmanager, '/api/v2/status', '"cluster"')]),
  ];
}

function ofServer(name: string, { url, headers, caFile }: Server, path: string, contains: string): HttpCheck {
  return { ...http(name, 'monitoring', `${url}${path}`, contains), headers: { ...headers }, caFile };
}

function http(name: string, of: Subject, url: string, contains: string | null = null): HttpCheck {
  return { ...{ kind: 'http', name, of, timeoutS, url, headers: {}, status: null, contains, caFile: null } };
}
