import { z } from 'zod';
import type { ProofCheck } from '../../../model/chaos.ts';
import { dropRules } from '../network/means.ts';
import { networkFault } from '../network/network-fault.ts';

const schema = z.strictObject({
  /** `out`: what it sends is dropped, and what it is sent arrives; answers are dropped in turn. */
  direction: z.enum(['both', 'out', 'in']).default('both'),
  /** Only the component's peer, or whatever is reached by its interface. */
  scope: z.enum(['peer', 'interface']).default('peer'),
});

const unansweredMs = 800;
const kept = 3;

/** Proof: neither a connection from before nor a new one is answered, and both were before. */
export const networkPartition = networkFault({
  name: 'network-partition',
  title: 'Network cut',
  schema,
  words({ direction, scope }) {
    const who = scope === 'peer' ? 'its peer' : 'everyone';
    return { both: `nothing to or from ${who}`, out: `nothing out to ${who}`, in: `nothing in from ${who}` }[direction];
  },
  lacks: async () => null,
  using: () => 'iptables',
  means: (args, component) => dropRules(component, { ...args, match: [] }),
  kept,
  async before(prober) {
    return {
      existing: answered(await prober.existing({ rounds: 1, timeoutMs: 2000 })),
      fresh: answered(await prober.fresh({ count: kept, atOnce: kept, timeoutMs: 2000 })),
    };
  },
  async measure(prober, _args, before) {
    const [existing, fresh] = [
      answered(await prober.existing({ rounds: 1, timeoutMs: unansweredMs })),
      answered(await prober.fresh({ count: kept, atOnce: kept, timeoutMs: unansweredMs })),
    ];
    const check = (what: string, was: number, is: number): ProofCheck => ({
      what: `answered on ${what} connections`,
      expected: `none of ${kept}, all before`,
      measured: `${is}, ${was} before`,
      held: was === kept && is === 0,
    });
    return [check('existing', before.existing, existing), check('new', before.fresh, fresh)];
  },
});

function answered(times: (number | null)[]): number {
  return times.filter((ms) => ms !== null).length;
}
