/** What environments are compared by. The first part of an item's key is one of them. */
export const aspects = {
  instances: { title: 'Instances', noun: 'number of instances' },
  autoscaling: { title: 'Automatic scaling', noun: 'automatic scaling' },
  cpu: { title: 'CPU', noun: 'processor' },
  memory: { title: 'Memory', noun: 'memory' },
  storage: { title: 'Storage', noun: 'storage' },
  'load-balancer': { title: 'Load balancer', noun: 'load balancer' },
  cdn: { title: 'CDN', noun: 'CDN' },
  network: { title: 'Network rules', noun: 'network rule' },
  tls: { title: 'TLS', noun: 'TLS setting' },
  http: { title: 'HTTP', noun: 'HTTP behaviour' },
  dns: { title: 'DNS', noun: 'DNS record' },
  database: { title: 'Database', noun: 'database setting' },
  backup: { title: 'Backup', noun: 'backup' },
  version: { title: 'Versions', noun: 'version' },
  configuration: { title: 'Configuration', noun: 'configuration' },
  flag: { title: 'Feature flags', noun: 'feature flag' },
  environment: { title: 'Environment variables', noun: 'environment variable' },
  'time-zone': { title: 'Time zone', noun: 'time zone' },
  limit: { title: 'Limits', noun: 'limit' },
} as const;

export type Aspect = keyof typeof aspects;
export const aspectIds = Object.keys(aspects) as readonly Aspect[];

/** null: the key begins with no known aspect. */
export function aspectOf(key: string): Aspect | null {
  const first = key.split('/', 1)[0] ?? '';
  return Object.hasOwn(aspects, first) ? (first as Aspect) : null;
}
