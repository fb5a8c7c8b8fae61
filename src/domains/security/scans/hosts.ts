import { cut } from '../finding.ts';

/** Whose a result has to be. The first one is that of the target's own address. */
export type Hosts = readonly string[];

/** null: it is no address. */
export function hostOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).host : null;
}

/** Why an address is not the target's, a sentence; null: it is. */
export function foreign(address: string, hosts: Hosts): string | null {
  const host = hostOf(address);
  // A host without a port stands for any port of it.
  const isTargets = host !== null && (hosts.includes(host) || hosts.includes(host.replace(/:\d+$/, '')));
  return isTargets
    ? null
    : `it is of ${cut(host || address, 80)}, which is not the target (${cut(hosts[0] ?? '', 80)})`;
}
