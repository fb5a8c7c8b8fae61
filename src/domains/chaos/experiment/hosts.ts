import { isLoopback } from '../../../environment/loopback.ts';

/**
 * Which addresses an experiment may contact.
 * @param hosts `host` or `host:port`, in lower case
 * @param loopback this machine may be contacted too
 */
export function allowing(hosts: readonly string[], loopback: boolean): (url: URL) => boolean {
  return ({ host, hostname }) => hosts.includes(host) || hosts.includes(hostname) || (loopback && isLoopback(hostname));
}
