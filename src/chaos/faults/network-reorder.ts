import { z } from 'zod';
import { percent } from '../network/checks.ts';
import { qdisc } from '../network/means.ts';
import { lacksNetem, networkFault } from '../network/networkFault.ts';

const schema = z.strictObject({
  /** Of the packets, sent at once while the others wait. */
  share: z.number().min(0.05).max(0.95),
  delayMs: z.number().min(1).max(1000).default(10),
});

/** Proof: how often TCP found by its acknowledgements that segments had overtaken each other. */
export const networkReorder = networkFault({
  name: 'network-reorder',
  title: 'Packets out of order',
  schema,
  words: ({ share, delayMs }) => `all packets out delayed by ${delayMs} ms, but ${percent(share)} sent at once`,
  lacks: () => lacksNetem('leave this fault out, nothing else changes the order of packets'),
  using: () => 'netem',
  means({ share, delayMs }, component) {
    return qdisc(component, ['netem', 'delay', `${delayMs}ms`, 'reorder', `${share * 100}%`]);
  },
  kept: 2,
  async before() {},
  async measure(prober) {
    const counted = async () =>
      (await prober.counter('TcpExt', 'TCPSACKReorder')) + (await prober.counter('TcpExt', 'TCPTSReorder'));
    const check = async (isNew: boolean) => {
      const was = await counted();
      await prober.push({ isNew, skippedMs: 0, forMs: 800, timeoutMs: 3000 });
      const seen = (await counted()) - was;
      const what = `times segments overtook each other on ${isNew ? 'a new' : 'an existing'} connection`;
      return { what, expected: 'at least 1', measured: String(seen), held: seen >= 1 };
    };
    return [await check(false), await check(true)];
  },
});
