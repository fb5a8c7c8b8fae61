import { lookup } from 'node:dns/promises';
import { ShakedownError } from '../../../model/error.ts';
import type { Instance, SwitchSides, Weights } from './traffic-switch.ts';

/** An instance with its IP address: a switch that looks up names itself does so at moments of its own. */
export interface Located extends Instance {
  readonly address: string;
  readonly port: number;
}

/** @throws ShakedownError SWITCH_UNREACHABLE for a name that has no address, and for https */
export async function locate(instances: readonly Instance[]): Promise<Located[]> {
  return Promise.all(
    instances.map(async ({ name, url }) => {
      const { protocol, hostname, port } = new URL(url);
      if (protocol !== 'http:') throw notLocated(name, 'the switch speaks plain HTTP to instances', null);
      try {
        const { address } = await lookup(hostname.replace(/^\[|\]$/g, ''));
        return { name, url, address, port: Number(port || 80) };
      } catch (cause) {
        throw notLocated(name, (cause as Error).message, cause);
      }
    }),
  );
}

/** @throws ShakedownError SWITCH_UNREACHABLE where a side is to have traffic and no instance: it would be lost */
export function checkSides(title: string, weights: Weights, sides: SwitchSides): void {
  for (const [side, share] of Object.entries(weights)) {
    if (share === 0 || (sides[side] ?? []).length > 0) continue;
    throw new ShakedownError('SWITCH_UNREACHABLE', `${title} knows no instance of ${side}, so it gets no traffic.`, {
      hint: 'Bring the version up first.',
    });
  }
}

function notLocated(name: string, why: string, cause: unknown): ShakedownError {
  return new ShakedownError('SWITCH_UNREACHABLE', `The switch cannot be connected to ${name}: ${why}.`, {
    hint: 'Correct the address of the instance.',
    cause,
  });
}
