import { readFileSync } from 'node:fs';
import { ShakedownError } from '../../../model/error.ts';
import type { SampleSystem } from '../../../model/sample-system.ts';
import type { ChaosComponent, ResolvedChaos } from '../configuration.ts';
import { allowing } from '../experiment/hosts.ts';
import type { Component } from '../fault.ts';

/** What of the sample system may be touched: all of it. */
export function sampleComponents(sample: SampleSystem): Component[] {
  const pidOf = (name: string) => () => sample.instances.find((instance) => instance.name === name)?.pid ?? -1;
  return [
    ...sample.instances.map(
      ({ name, url }): Component => ({
        kind: 'process',
        name,
        pid: pidOf(name),
        url,
        relaunch: (environment) => sample.relaunch(name, environment),
      }),
    ),
    { kind: 'process', name: 'balancer', pid: () => sample.balancer.pid },
    { kind: 'process', name: 'database', pid: () => sample.database.pid },
    ...sample.links.map((link): Component => ({ kind: 'link', ...link })),
    ...sample.instances.map(({ name, url }): Component => ({ kind: 'endpoint', name, url })),
    { kind: 'endpoint', name: 'shop', url: sample.baseUrl },
    {
      kind: 'database',
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
 * @throws ShakedownError CHAOS_HOST for a component elsewhere
 */
export function configuredComponents(
  { components, toxiproxyUrl }: ResolvedChaos,
  hosts: readonly string[],
): Component[] {
  const allows = allowing(hosts, true);
  return Object.entries(components).map(([name, given]) => {
    for (const address of addressesOf(given, toxiproxyUrl)) requireAllowed(name, address, allows);
    return component(name, given, toxiproxyUrl);
  });
}

function component(name: string, given: ChaosComponent, toxiproxyUrl: string): Component {
  switch (given.kind) {
    case 'process':
      return { kind: 'process', name, pid: () => given.pid ?? pidIn(given.pidFile) };
    case 'link':
      return { ...given, name, toxiproxyUrl: given.toxiproxyUrl ?? toxiproxyUrl };
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
  if (given.kind === 'link') return [given.toxiproxyUrl ?? toxiproxyUrl, `http://${given.listen}`];
  if (given.kind === 'database') return [given.url];
  return [];
}

function requireAllowed(name: string, address: string, allows: (url: URL) => boolean): void {
  const url = new URL(address);
  if (allows(url)) return;
  throw new ShakedownError('CHAOS_HOST', `chaos.components.${name}: ${url.host} is not in target.allowHosts.`, {
    hint: 'Add it to target.allowHosts if it is yours to break.',
  });
}
