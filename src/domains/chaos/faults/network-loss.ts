import { z } from 'zod';
import { lossChecks, percent } from '../network/checks.ts';
import { dropRules, qdisc } from '../network/means.ts';
import { lacksNetem, networkFault } from '../network/network-fault.ts';

const schema = z.strictObject({
  /** Of the packets that leave: 0.1 is one of ten. */
  share: z.number().min(0.01).max(0.9),
  means: z.enum(['netem', 'iptables-statistic']).default('netem'),
  /** With iptables: only what goes to the component's peer, or all. */
  scope: z.enum(['peer', 'interface']).default('peer'),
});

const kept = 30;

/** Proof: the share of questions and of new connections that had to be sent again, as neither came in the time before the first repetition. */
export const networkLoss = networkFault({
  name: 'network-loss',
  title: 'Packets lost',
  schema,
  words: ({ share, means, scope }) =>
    `${percent(share)} of packets out${means === 'netem' || scope === 'interface' ? '' : ' to its peer'} dropped`,
  async lacks(args) {
    if (args?.means === 'iptables-statistic') return null;
    return lacksNetem('give "means": "iptables-statistic" to have iptables drop packets instead');
  },
  using: ({ means }) => means,
  means({ share, means, scope }, component) {
    if (means === 'netem') return qdisc(component, ['netem', 'loss', `${share * 100}%`]);
    const match = ['-m', 'statistic', '--mode', 'random', '--probability', String(share)];
    return dropRules(component, { direction: 'out', scope, match });
  },
  kept,
  async before() {},
  measure: (prober, { share }) => lossChecks(prober, share, kept),
});
