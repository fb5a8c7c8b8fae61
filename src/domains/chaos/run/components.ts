import { readFileSync } from 'node:fs';
import { ShakedownError } from '../../../model/error.ts';
import type { SampleSystem } from '../../../model/sample-system.ts';
import type { ChaosComponent, ResolvedChaos } from '../configuration.ts';
import { allowing } from '../experiment/hosts.ts';
import type { Component } from '../fault.ts';
import { pidOfContainer } from '../machine/container.ts';

/** What of the sample system may be touched: all of it. */
export function sampleComponents(sample: SampleSystem): Component[] {
  const pidOf = (name: string) => () => sample.instances.find((instance) => instance.name === name)?.pid ?? -1;
  // The balancer gives each instance as many of the users as the next.
  const one = { affectedShare: 1 / Math.max(1, sample.instances.length) };
  return [
    ...sample.instances.map(
      ({ name, url }): Component => ({
        kind: 'process',
        ...one,
        name,
        pid: pidOf(name),
        url,
        relaunch: (environment) => sample.relaunch(name, environment),
      }),
    ),
    { kind: 'process', affectedShare: 1, name: 'balancer', pid: () => sample.balancer.pid },
    { kind: 'process', affectedShare: 1, name: 'database', pid: () => sample.database.pid },
    ...sample.links.map((link): Component => ({ kind: 'link', ...one, ...link })),
    ...sample.instances.map(({ name, url }): Component => ({ kind: 'endpoint', ...one, name, url })),
    { kind: 'endpoint', affectedShare: 1, name: 'shop', url: sample.baseUrl },
    {
      kind: 'database',
      affectedShare: 1,
      name: 'database',
      url: sample.database.url,
      pid: () => sample.database.pid,
      restart: null,
      failover: null,
    },
  ];
}

/**
 * What a configuration allows to be touched.
 * @param hosts that may be sent anything, as host or host:port; loopback always may
 * @param startedUrl API of the Toxiproxy that was started for links that ask for it; absent: it is not yet
 * @param allows which addresses may be components; as `hosts` says when absent
 * @throws ShakedownError CHAOS_HOST for a component elsewhere
 */
export function configuredComponents(
  { components, toxiproxyUrl }: ResolvedChaos,
  hosts: readonly string[],
  startedUrl: string = toxiproxyUrl,
  allows: (url: URL) => boolean = allowing(hosts, true),
): Component[] {
  const urlOf = (given: ChaosComponent) => (given.kind === 'link' && given.start ? startedUrl : toxiproxyUrl);
  return Object.entries(components).flatMap(([name, given]) => {
    for (const address of addressesOf(given, urlOf(given))) requireAllowed(name, address, allows);
    const { affectedPercent } = given;
    const shared = affectedPercent === undefined ? {} : { affectedShare: affectedPercent / 100 };
    return componentsOf(name, given, urlOf(given)).map((one): Component => ({ ...one, ...shared }));
  });
}

/** A container can be broken as what it is, as a process and as a network namespace. */
function componentsOf(name: string, given: ChaosComponent, toxiproxyUrl: string): Component[] {
  if (given.kind !== 'container') return [component(name, given, toxiproxyUrl)];
  const { engine, container, interface: device, peer = null } = given;
  const pid = pidOfContainer({ engine, container });
  return [
    { kind: 'container', name, engine, container, pid },
    { kind: 'process', name, pid },
    { kind: 'namespace', name, namespace: null, pid, interface: device, peer },
  ];
}

type Single = Exclude<ChaosComponent, { kind: 'container' }>;

function component(name: string, given: Single, toxiproxyUrl: string): Component {
  switch (given.kind) {
    case 'process':
      if (given.pidFile === undefined) return { kind: 'process', name, pid: () => given.pid ?? -1 };
      return { kind: 'process', name, pid: () => pidIn(given.pidFile), pidFile: given.pidFile };
    case 'link': {
      const { kind, proxy, listen, upstream } = given;
      return { kind, name, proxy, listen, upstream, toxiproxyUrl: given.toxiproxyUrl ?? toxiproxyUrl };
    }
    case 'namespace':
      return { ...given, name, peer: given.peer ?? null };
    case 'database':
      return { ...given, name, pid: null, restart: given.restart ?? null, failover: given.failover ?? null };
    case 'workload':
      return { ...given, name, context: given.context ?? null };
    default:
      return { ...given, name };
  }
}

/** −1: there is none. */
function pidIn(file: string | undefined): number {
  if (file === undefined) return -1;
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || -1;
  } catch {
    return -1;
  }
}

function addressesOf(given: ChaosComponent, toxiproxyUrl: string): string[] {
  if (given.kind === 'endpoint') return [given.url];
  if (given.kind === 'link') {
    const { listen, upstream, start } = given;
    return [given.toxiproxyUrl ?? toxiproxyUrl, `http://${listen}`, ...(start ? [`http://${upstream}`] : [])];
  }
  return given.kind === 'database' ? addressOfDatabase(given.url) : [];
}

/** Its `host` may be in the query, and be the folder of a socket of this machine. */
function addressOfDatabase(url: string): string[] {
  const { hostname, port, searchParams } = new URL(url);
  const host = decodeURIComponent(searchParams.get('host') ?? hostname);
  if (host === '' || host.startsWith('/')) return [];
  return [`http://${host}${port === '' ? '' : `:${port}`}`];
}

function requireAllowed(name: string, address: string, allows: (url: URL) => boolean): void {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && allows(url)) return;
  throw new ShakedownError(
    'CHAOS_HOST',
    `chaos.components.${name}: ${url?.host ?? address} is not in target.allowHosts.`,
    {
      hint: 'Add it to target.allowHosts if it is yours to break.',
    },
  );
}
