import { Gatherer } from '../../descriptor/gatherer.ts';
import type { SecretKey } from '../../descriptor/secrets.ts';
import { gatherDns } from './dns.ts';
import { ask, gatherHeaders, messageOf } from './headers.ts';
import { gatherTls, tlsError } from './tls.ts';

export interface OutsideHost {
  /** As in keys: what it is called on both sides. */
  readonly name: string;
  readonly url: string;
  readonly paths: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/** What can be seen of a system by who has only its address. Nothing is asked of a host that is not named. */
export async function gatherOutside(
  hosts: readonly OutsideHost[],
  about: { capturedAt: string; key: SecretKey | null },
  signal: AbortSignal,
): Promise<Gatherer> {
  const gatherer = new Gatherer({
    ...about,
    kind: 'outside',
    from: hosts.map(({ url }) => new URL(url).host).join(', '),
    covers: ['tls', 'http', 'dns'],
  });
  for (const { name, url: address, paths, headers } of hosts) {
    signal.throwIfAborted();
    const url = new URL(address);
    const isEncrypted = url.protocol === 'https:';
    const answer = await ask(new URL(paths[0] ?? '/', url), headers, signal);
    const isDead = answer instanceof Error && (!isEncrypted || (await tlsError(url, signal)) !== null);
    signal.throwIfAborted();
    if (isDead) {
      const reason = `${url.host} cannot be reached: ${messageOf(answer)}`;
      gatherer.unread(['tls', 'http', 'dns'], reason);
      gatherer.gap('cdn', reason);
      continue;
    }
    if (isEncrypted) await gatherTls(gatherer, name, url, { answers: !(answer instanceof Error), signal });
    else {
      gatherer.absent('tls', [name, 'versions']);
      gatherer.add('http', [name, 'versions'], ['http/1.1'], { state: 'default' });
    }
    await gatherHeaders(gatherer, name, url, paths, headers, signal);
    await gatherDns(gatherer, name, url);
  }
  return gatherer;
}
