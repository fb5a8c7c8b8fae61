import { readFile } from 'node:fs/promises';
import type { SampleSystem } from '../../../model/sample-system.ts';
import { Gatherer } from '../descriptor/gatherer.ts';
import type { SecretKey } from '../descriptor/secrets.ts';
import { gatherOutside } from './outside/outside.ts';
import { gatherPostgres } from './postgres.ts';
import { gatherServed } from './served.ts';

/** Variables that the shop reads. */
const variables = ['SETTINGS', 'FLAG'].map((name) => `${name}_FILE`);
const shownPaths = ['/', '/login', '/api/products', '/assets/shop.css'];

/** What the bundled sample system is while it runs: its processes, its database, and what it serves. */
export async function gatherSample(
  sample: SampleSystem,
  about: { capturedAt: string; key: SecretKey | null },
  signal: AbortSignal,
): Promise<Gatherer[]> {
  const { baseUrl, database } = sample;
  const page = { headers: {} };
  return [
    await gatherProcesses(sample, about),
    await gatherPostgres('database', database.url, about),
    await gatherOutside([{ name: 'target', url: baseUrl, paths: shownPaths, headers: {} }], about, signal),
    await gatherServed(
      [
        { ...page, url: `${baseUrl}/configuration`, aspect: 'configuration', name: 'shop' },
        { ...page, url: `${baseUrl}/api/delivery?session=parity`, aspect: 'flag', name: 'quick-delivery' },
      ],
      about,
      signal,
    ),
  ];
}

async function gatherProcesses(
  sample: SampleSystem,
  about: { capturedAt: string; key: SecretKey | null },
): Promise<Gatherer> {
  const gatherer = new Gatherer({
    ...about,
    kind: 'processes',
    from: 'processes of the sample system on this machine',
    covers: [
      'instances',
      'autoscaling',
      'cpu',
      'memory',
      'storage',
      'load-balancer',
      'cdn',
      'network',
      'version',
      'environment',
      'time-zone',
      'limit',
    ],
  });
  gatherer.add('instances', ['shop'], sample.instances.length);
  gatherer.add('instances', ['balancer'], 1);
  gatherer.add('version', ['shop'], sample.version);
  gatherer.add('version', ['node'], process.versions.node);
  for (const aspect of ['autoscaling', 'cdn'] as const) gatherer.absent(aspect, ['shop']);
  gatherer.add(
    'network',
    ['shop', 'listens on'],
    [...new Set(sample.instances.map(({ url }) => new URL(url).hostname))],
  );
  gatherer.add('network', ['database', 'listens on'], new URL(sample.database.url).hostname);
  await addBalancer(gatherer, sample.balancer.url);
  const [first] = sample.instances;
  if (first === undefined) return gatherer;
  try {
    await addProcess(gatherer, first.pid);
  } catch (error) {
    const reason = `the processes of the shop cannot be looked at: ${(error as Error).message}`;
    for (const aspect of ['cpu', 'memory', 'environment', 'time-zone', 'limit'] as const)
      gatherer.cannotSee(aspect, reason);
  }
  return gatherer;
}

/** As Linux has it of a process that runs. @throws Error on other systems */
async function addProcess(gatherer: Gatherer, pid: number): Promise<void> {
  const environment = new Map(
    (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
  for (const name of variables) {
    const value = environment.get(name);
    if (value === undefined) gatherer.absent('environment', ['shop', name]);
    else gatherer.add('environment', ['shop', name], value);
  }
  const zone = environment.get('TZ');
  gatherer.add('time-zone', ['shop'], zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone, {
    state: zone === undefined ? 'default' : 'explicit',
  });
  const flags = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
  const heap = flags.find((flag) => flag.startsWith('--max-old-space-size='))?.split('=')[1];
  if (heap === undefined) gatherer.absent('memory', ['shop', 'limit']);
  else gatherer.add('memory', ['shop', 'limit'], `${heap}Mi`);
  const nursery = flags.find((flag) => flag.startsWith('--max-semi-space-size='))?.split('=')[1];
  if (nursery !== undefined) gatherer.add('memory', ['shop', 'nursery'], `${nursery}Mi`, { unit: 'bytes' });
  gatherer.absent('cpu', ['shop', 'limit']);
  const limits = await readFile(`/proc/${pid}/limits`, 'utf8');
  const open = /^Max open files\s+(\S+)/m.exec(limits)?.[1];
  if (open !== undefined) gatherer.add('limit', ['shop', 'open files'], open, { unit: 'count' });
}

async function addBalancer(gatherer: Gatherer, url: string): Promise<void> {
  try {
    const response = await fetch(`${url}/status`, { signal: AbortSignal.timeout(5000) });
    const { upstreams } = (await response.json()) as { upstreams: { ready: boolean }[] };
    gatherer.add('load-balancer', ['balancer', 'instances'], upstreams.length, { unit: 'count' });
    gatherer.add('load-balancer', ['balancer', 'ready'], upstreams.filter(({ ready }) => ready).length, {
      unit: 'count',
    });
  } catch (error) {
    gatherer.cannotSee('load-balancer', `the balancer does not say how it stands: ${(error as Error).message}`);
  }
}
