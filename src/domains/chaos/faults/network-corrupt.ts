import { z } from 'zod';
import { lossChecks, percent } from '../network/checks.ts';
import { qdisc } from '../network/means.ts';
import { lacksNetem, networkFault } from '../network/network-fault.ts';

const schema = z.strictObject({ share: z.number().min(0.01).max(0.9) });

const kept = 30;

/** A bit changed in some packets. TCP's checksum throws them away on the other side, so the proof is that of lost packets. */
export const networkCorrupt = networkFault({
  name: 'network-corrupt',
  title: 'Packets corrupted',
  schema,
  words: ({ share }) => `a bit changed in ${percent(share)} of packets out`,
  lacks: () =>
    lacksNetem(
      'fault network-loss with "means": "iptables-statistic" is the nearest: TCP takes a corrupt packet for a lost one',
    ),
  using: () => 'netem',
  means: ({ share }, component) => qdisc(component, ['netem', 'corrupt', `${share * 100}%`]),
  kept,
  async before() {},
  measure: (prober, { share }) => lossChecks(prober, share, kept),
});
