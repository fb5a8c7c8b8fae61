import { chromiumReach } from '../../environment/browser-reach.ts';

/** Where a browser may go, and by which means. */
export interface BrowserReach {
  /** `host` or `host:port`; a host without a port is allowed at each. */
  allowHosts: readonly string[];
  /** Of servers whose certificates the machine's own CAs do not know; see `trustedKeys`. */
  trustedKeys: readonly string[];
  http2: boolean;
}

/** Arguments that keep a Chromium to the allowed hosts. */
export function chromiumArguments(reach: BrowserReach): string[] {
  return [
    ...chromiumReach(reach.allowHosts),
    ...(reach.trustedKeys.length === 0 ? [] : [`--ignore-certificate-errors-spki-list=${reach.trustedKeys.join(',')}`]),
    ...(reach.http2 ? [] : ['--disable-http2']),
    // Root has no sandbox of its own to be put into.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}
