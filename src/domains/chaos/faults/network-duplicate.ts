import { z } from 'zod';
import { percent } from '../network/checks.ts';
import { qdisc } from '../network/means.ts';
import { lacksNetem, networkFault } from '../network/network-fault.ts';

const schema = z.strictObject({ share: z.number().min(0.05).max(1) });

const kept = 10;
const rounds = 30;

/** Proof: how often the other side reported that it had a segment already (duplicate selective acknowledgements). */
export const networkDuplicate = networkFault({
  name: 'network-duplicate',
  title: 'Packets sent twice',
  schema,
  words: ({ share }) => `${percent(share)} of packets out sent twice`,
  lacks: () => lacksNetem('leave this fault out, nothing else sends packets twice'),
  using: () => 'netem',
  means: ({ share }, component) => qdisc(component, ['netem', 'duplicate', `${share * 100}%`]),
  kept,
  async before() {},
  async measure(prober, { share }) {
    const was = await prober.counter('TcpExt', 'TCPDSACKRecv');
    await prober.existing({ rounds, timeoutMs: 1000 });
    const seen = (await prober.counter('TcpExt', 'TCPDSACKRecv')) - was;
    const least = Math.max(1, Math.floor((kept * rounds * share) / 2));
    return [
      {
        what: 'segments that arrived twice on existing connections',
        expected: `at least ${least} of ${kept * rounds}`,
        measured: String(seen),
        held: seen >= least,
      },
    ];
  },
});
