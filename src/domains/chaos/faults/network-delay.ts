import { z } from 'zod';
import { delayChecks, roundTrips } from '../network/checks.ts';
import { qdisc } from '../network/means.ts';
import { lacksNetem, networkFault } from '../network/network-fault.ts';

const schema = z.strictObject({ delayMs: z.number().min(1).max(60_000) });

/** Every packet that leaves by the interface, later. Proof: round trips on connections from before and on new ones. */
export const networkDelay = networkFault({
  name: 'network-delay',
  title: 'Packets delayed',
  schema,
  words: ({ delayMs }) => `all packets out delayed by ${delayMs} ms`,
  lacks: () => lacksNetem('use fault latency on a Toxiproxy link instead'),
  using: () => 'netem',
  means: ({ delayMs }, component) => qdisc(component, ['netem', 'delay', `${delayMs}ms`]),
  kept: 1,
  before: (prober) => roundTrips(prober),
  async measure(prober, { delayMs }, before) {
    return delayChecks(delayMs, before, await roundTrips(prober, delayMs * 3 + 1000));
  },
});
