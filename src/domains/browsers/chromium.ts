/** Where a browser may go, and by which means. */
export interface BrowserReach {
  /** `host` or `host:port`; a host without a port is allowed at each. */
  allowHosts: readonly string[];
  /** Of servers whose certificates the machine's own CAs do not know; see `trustedKeys`. */
  trustedKeys: readonly string[];
  http2: boolean;
}

/**
 * Arguments that keep a Chromium to the allowed hosts, whatever a page asks for: fetches, frames, sockets, prefetching and the browser's own
 * errands alike. All goes by a proxy that does not exist (RFC 6761 keeps `.invalid` free) but what goes to those hosts, and no other name is
 * looked up. Nothing is intercepted, which would cost each request time that its users do not spend.
 */
export function chromiumArguments(reach: BrowserReach): string[] {
  const names = [...new Set(reach.allowHosts.map((host) => host.replace(/:\d+$/, '')))];
  return [
    '--proxy-server=blocked.invalid:1',
    // Without the first, this machine would be reached past the proxy at every port.
    `--proxy-bypass-list=${['<-loopback>', ...reach.allowHosts].join(';')}`,
    `--host-resolver-rules=${['MAP * ~NOTFOUND', ...names.map((name) => `EXCLUDE ${name}`)].join(' , ')}`,
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    ...(reach.trustedKeys.length === 0 ? [] : [`--ignore-certificate-errors-spki-list=${reach.trustedKeys.join(',')}`]),
    ...(reach.http2 ? [] : ['--disable-http2']),
    // Root has no sandbox of its own to be put into.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}
