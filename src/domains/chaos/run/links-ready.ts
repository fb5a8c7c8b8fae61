import type { Component, ComponentOf } from '../fault.ts';
import { linkUnavailable } from '../toxiproxy/toxic-fault.ts';

/**
 * Says of each link whether its proxy is there, before anything is sent: where it is not, requests that should go by it fail, and the target looks guilty. An
 * experiment may still make the proxy itself.
 */
export async function warnOfLinks(components: readonly Component[], warn: (message: string) => void): Promise<void> {
  const links = components.filter((one): one is ComponentOf<'link'> => one.kind === 'link');
  const reasons = await Promise.all(links.map(linkUnavailable));
  links.forEach(({ name, listen }, i) => {
    const reason = reasons[i];
    if (typeof reason !== 'string') return;
    const what = `Link "${name}": nothing leads from ${listen} to its server yet (${reason.replace(/\.$/, '')}).`;
    warn(`${what} Start Toxiproxy with this proxy, or set start: true for the link.`);
  });
}
