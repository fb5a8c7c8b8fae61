import type { Teardown } from '../../../evidence/teardown.ts';
import type { FaultRecord } from '../../../model/chaos.ts';
import type { ResolvedConfig } from '../../../model/config.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { FaultRequest } from '../fault.ts';
import { protocolOf } from '../toxiproxy/dialect.ts';
import { openAlone } from './alone.ts';

/** How a service behind a link fails: it cannot be reached, each piece of its answers comes late, or it answers with errors. */
export type LinkFailure =
  | { readonly kind: 'unavailable' | 'erroring' }
  | { readonly kind: 'slow'; readonly delayMs: number };

/** What is known of a failure that was made. */
export interface BrokenLink {
  /** It was measured on the link, and was there until it was taken away. */
  readonly seen: boolean;
  /** In words: what was measured. */
  readonly measured: string;
  /** Requests or connections of others that it met; null: they cannot be seen from here. */
  readonly met: number | null;
}

/** Breaks links of the configuration, and nothing else. */
export interface LinkBreaker {
  /**
   * @param link name under `chaos.components`
   * @param act what is done while it is broken
   * @throws ShakedownError FAULT_…, TOXIPROXY_…; what `act` throws, with the link whole again
   */
  during(link: string, failure: LinkFailure, act: () => Promise<void>): Promise<BrokenLink>;
}

interface Opening {
  readonly config: ResolvedConfig;
  /** Of the target. */
  readonly baseUrl: string;
  readonly signal: AbortSignal;
  readonly teardown: Teardown;
  now(): number;
  warn(message: string): void;
  phase(text: string): void;
}

/**
 * Opens the guard, and starts the links that ask for it.
 * @throws ShakedownError CHAOS_HOST, GUARD_FAILED, TOXIPROXY_…
 */
export async function openLinkBreaker({ baseUrl, ...opening }: Opening): Promise<LinkBreaker> {
  const { config, signal } = opening;
  const hosts = [...config.target.allowHosts, new URL(baseUrl).host];
  const { injector } = await openAlone({ ...opening, hosts, isDry: false, experiments: [] });
  return {
    async during(link, failure, act) {
      const component = config.chaos.components[link];
      if (injector === null || component?.kind !== 'link') {
        throw new ShakedownError('FAULT_COMPONENT', `chaos.components has no link ${JSON.stringify(link)}.`, {
          hint: 'Name the link by which the target reaches the service.',
        });
      }
      const record = await injector.inject(await requestOf(link, component.listen, failure), signal);
      try {
        // What is done under a fault that is not there would show nothing.
        if (record.proof?.seen) await act();
      } finally {
        await injector.revert(record.id, 'harness');
      }
      const broken = brokenLink(record);
      // Those that are refused leave nothing to be counted.
      return failure.kind === 'unavailable' && broken.met === 0 ? { ...broken, met: null } : broken;
    },
  };
}

async function requestOf(component: string, listen: string, failure: LinkFailure): Promise<FaultRequest> {
  const experiment = 'without a service';
  if (failure.kind === 'unavailable') return { experiment, component, fault: 'down', arguments: {} };
  if (failure.kind === 'slow')
    return { experiment, component, fault: 'latency', arguments: { delayMs: failure.delayMs } };
  // What is not HTTP, or is encrypted, can only be cut off.
  const isHttp = (await protocolOf(listen)) === 'HTTP';
  if (isHttp) return { experiment, component, fault: 'http-abort', arguments: { route: '/**' } };
  return { experiment, component, fault: 'reset-peer', arguments: {} };
}

function brokenLink({ title, proof, watched, touched, connections }: FaultRecord): BrokenLink {
  const gone = watched?.gone ?? null;
  const shown = gone === null ? (proof?.checks ?? []) : [gone];
  const said = shown.map(({ what, measured }) => `${what}: ${measured}`).join('; ');
  return {
    seen: proof?.seen === true && gone === null,
    measured: `${title}: ${said === '' ? 'not measured' : said}`,
    met: touched?.applied ?? connections ?? null,
  };
}
