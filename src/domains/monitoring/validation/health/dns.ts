import { randomUUID } from 'node:crypto';
import { lookup, Resolver } from 'node:dns/promises';
import { attempt, type Probe } from './probe.ts';
import type { DnsCheck } from './settings.ts';

/**
 * Whether a name is resolved, and to what it should be. Where no server is named, addresses are asked for as programs of this machine ask for them: by its
 * hosts file first, then by DNS. Other types of records are only in DNS.
 */
export async function dnsProbe(check: DnsCheck): Promise<Probe> {
  const { host, timeoutS } = check;
  const of = (name: string) => (signal: AbortSignal) =>
    attempt(signal, timeoutS * 1000, async (both) => {
      const by = resolverOf(check);
      const found = await ask(check, name, both);
      if (found.length === 0) throw new Error(`no answer of this type by ${by}`);
      const isWanted = check.expect.length === 0 || check.expect.some((one) => found.includes(one));
      if (!isWanted) throw new Error(`${found.length} answers by ${by}, none of which is expected`);
      return `${found.length} of type ${check.type} by ${by}`;
    });
  // A label that nobody has under the same domain shows resolvers and wildcards that answer for anything. Every name below localhost is this machine.
  const parent = host.split('.').slice(1).join('.');
  const domain = parent === '' || /(^|\.)localhost$/.test(parent) ? 'invalid' : parent;
  return {
    run: of(host),
    controls: [
      {
        wrong: 'a name that is not there',
        run: of(`shakedown-control-${randomUUID().slice(0, 8)}.${domain}`),
        reason: /ENOTFOUND|ENODATA|no answer of this type|none of which/,
      },
    ],
  };
}

/** In words: which resolver is asked. Addresses are not shown: they may be of nobody's business. */
function resolverOf({ server, type }: DnsCheck): string {
  if (server !== null) return 'the DNS server that the check names';
  return isAddress(type)
    ? 'the resolver of this machine (its hosts file first, then DNS)'
    : 'the DNS servers of this machine';
}

function isAddress(type: DnsCheck['type']): boolean {
  return type === 'A' || type === 'AAAA';
}

async function ask({ server, type, timeoutS }: DnsCheck, name: string, signal: AbortSignal): Promise<string[]> {
  if (server === null && isAddress(type)) {
    const found = await lookup(name, { all: true, family: type === 'A' ? 4 : 6 });
    return found.map(({ address }) => address);
  }
  const resolver = new Resolver({ timeout: timeoutS * 1000, tries: 1 });
  if (server !== null) resolver.setServers([server]);
  signal.addEventListener('abort', () => resolver.cancel(), { once: true });
  return resolved(resolver, name, type);
}

async function resolved(resolver: Resolver, name: string, type: DnsCheck['type']): Promise<string[]> {
  switch (type) {
    case 'A':
      return resolver.resolve4(name);
    case 'AAAA':
      return resolver.resolve6(name);
    case 'CNAME':
      return resolver.resolveCname(name);
    case 'MX':
      return (await resolver.resolveMx(name)).map(({ exchange }) => exchange);
    case 'TXT':
      return (await resolver.resolveTxt(name)).map((parts) => parts.join(''));
  }
}
