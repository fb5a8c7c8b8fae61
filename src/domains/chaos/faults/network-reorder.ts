import { z } from 'zod';
import { percent } from '../network/checks.ts';
import { qdisc } from '../network/means.ts';
import { lacksNetem, networkFault } from '../network/network-fault.ts';
import type { Prober } from '../network/prober.ts';

const schema = z.strictObject({
  /** Of the packets, sent at once while the others wait. */
  share: z.number().min(0.05).max(0.95),
  delayMs: z.number().min(1).max(1000).default(10),
});

/** On a busy machine some do so by themselves; of thousands of segments a share of a twentieth is far more. */
const leastTimes = 25;

/** How often TCP found that segments had overtaken each other while so much was sent. */
async function overtaken(prober: Prober, isNew: boolean): Promise<number> {
  const counted = async () =>
    (await prober.counter('TcpExt', 'TCPSACKReorder')) + (await prober.counter('TcpExt', 'TCPTSReorder'));
  const was = await counted();
  await prober.push({ isNew, skippedMs: 0, forMs: 800, timeoutMs: 3000 });
  return (await counted()) - was;
}

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
  before: (prober) => overtaken(prober, true),
  async measure(prober, _, before) {
    const least = Math.max(leastTimes, 2 * before + 1);
    const check = async (isNew: boolean) => {
      const seen = await overtaken(prober, isNew);
      const what = `times segments overtook each other on ${isNew ? 'a new' : 'an existing'} connection`;
      return { what, expected: `at least ${least}, ${before} before`, measured: String(seen), held: seen >= least };
    };
    return [await check(false), await check(true)];
  },
});
