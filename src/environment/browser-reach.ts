/** `host` or `host:port`, in lower case; a host without a port is allowed at each. */
type AllowedHosts = readonly string[];

/** What browsers may contact: the target, and what the configuration allows besides. @param allowHosts of the configuration's target */
export function reachableHosts(allowHosts: readonly string[], baseUrl: string): string[] {
  return [...new Set([...allowHosts, new URL(baseUrl).host])];
}

/**
 * Arguments that keep a Chromium to the allowed hosts, whatever a page asks for: fetches, frames, sockets, prefetching and the browser's own
 * errands alike. All goes by a proxy that does not exist (RFC 6761 keeps `.invalid` free) but what goes to those hosts, and no other name is
 * looked up. Nothing is intercepted, which would cost each request time that its users do not spend.
 */
export function chromiumReach(allowHosts: AllowedHosts): string[] {
  const names = [...new Set(allowHosts.map((host) => host.replace(/:\d+$/, '')))];
  return [
    '--proxy-server=blocked.invalid:1',
    // Without the first, this machine would be reached past the proxy at every port.
    `--proxy-bypass-list=${['<-loopback>', ...allowHosts].join(';')}`,
    `--host-resolver-rules=${['MAP * ~NOTFOUND', ...names.map((name) => `EXCLUDE ${name}`)].join(' , ')}`,
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
}

/** The same for a Firefox, as preferences of its profile. It looks no name up that it goes to by a proxy. */
export function firefoxReach(allowHosts: AllowedHosts): Record<string, string | number | boolean> {
  const proxies = ['http', 'ssl', 'socks'].flatMap((kind) => [
    [`network.proxy.${kind}`, 'blocked.invalid'],
    [`network.proxy.${kind}_port`, 1],
  ]);
  return {
    'network.proxy.type': 1,
    ...Object.fromEntries(proxies),
    'network.proxy.no_proxies_on': allowHosts.join(', '),
    // Without it, this machine would be reached past the proxy at every port.
    'network.proxy.allow_hijacking_localhost': true,
    'network.proxy.failover_direct': false,
    'network.dns.disablePrefetch': true,
    'media.peerconnection.ice.proxy_only': true,
  };
}

/** The same for a WebKit, as Playwright hands it on. */
export function webkitReach(allowHosts: AllowedHosts): { server: string; bypass: string } {
  return { server: 'http://blocked.invalid:1', bypass: allowHosts.join(',') };
}

/** Whether an address is of an allowed host. Addresses that nothing is asked of over a network (`data:`, `blob:`) are. */
export function isWithinReach(address: string, allowHosts: AllowedHosts): boolean {
  if (!URL.canParse(address)) return true;
  const { protocol, host, hostname, port } = new URL(address);
  if (!/^(https?|wss?):$/.test(protocol)) return true;
  const ports = { 'http:': '80', 'ws:': '80', 'https:': '443', 'wss:': '443' } as Record<string, string>;
  return [host, hostname, `${hostname}:${port || ports[protocol]}`].some((one) => allowHosts.includes(one));
}
