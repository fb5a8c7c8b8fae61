import { z } from 'zod';
import type { ProofCheck } from '../../../model/chaos.ts';
import { qdisc } from '../network/means.ts';
import { hasQdisc, networkFault } from '../network/network-fault.ts';

const schema = z.strictObject({
  kilobytesPerSecond: z.number().min(10).max(10_000_000),
  means: z.enum(['tbf', 'htb']).default('tbf'),
});

/** What a bucket of tokens saved is let through at once, and is not measured. */
const skippedMs = 400;
const forMs = 1200;

/** All that leaves by the interface together. Proof: bytes that left while a connection, one from before and a new one, sent all it could. */
export const networkBandwidth = networkFault({
  name: 'network-bandwidth',
  title: 'Bandwidth limited',
  schema,
  words: ({ kilobytesPerSecond }) => `all packets out, together ${kilobytesPerSecond} kB/s at most`,
  async lacks(args) {
    const means = args?.means ?? 'tbf';
    const works = await hasQdisc(means === 'tbf' ? 'tbf rate 1mbit burst 5000 latency 50ms' : 'htb');
    return works
      ? null
      : `this kernel has no ${means}: give the other of "means": "tbf", "htb", or use fault bandwidth on a Toxiproxy link`;
  },
  using: ({ means }) => means,
  means({ kilobytesPerSecond, means }, component) {
    const rate = `${Math.round(kilobytesPerSecond * 8)}kbit`;
    // Room for two full frames, or 50 ms, so that a busy machine that is late lets through no less.
    const burst = String(Math.max(3200, Math.round(kilobytesPerSecond * 50)));
    if (means === 'tbf') return qdisc(component, ['tbf', 'rate', rate, 'burst', burst, 'latency', '200ms']);
    const limit = ['htb', 'rate', rate, 'ceil', rate, 'burst', burst, 'cburst', burst];
    const child = [
      'tc',
      'class',
      'add',
      'dev',
      component.interface,
      'parent',
      'HANDLE',
      'classid',
      'HANDLE1',
      ...limit,
    ];
    return qdisc(component, ['htb', 'default', '1'], [child]);
  },
  kept: 2,
  before: (prober) => prober.push({ isNew: true, skippedMs: 100, forMs: 200, timeoutMs: 2000 }),
  async measure(prober, { kilobytesPerSecond, means }, before) {
    // htb counts a header for each frame of a large packet, which the interface counts once: 4.4 % of full frames.
    const below = means === 'htb' ? 0.1 : 0.05;
    const check = async (isNew: boolean): Promise<ProofCheck> => {
      const perSecond = await prober.push({ isNew, skippedMs, forMs, timeoutMs: 5000 });
      const kilobytes = (perSecond ?? 0) / 1000;
      return {
        what: `sent over ${isNew ? 'a new' : 'an existing'} connection`,
        expected: `${kilobytesPerSecond} kB/s + 5 % − ${below * 100} %`,
        measured: `${kilobytes.toFixed(1)} kB/s (${((before ?? 0) / 1000).toFixed(0)} before)`,
        held: kilobytes <= kilobytesPerSecond * 1.05 && kilobytes >= kilobytesPerSecond * (1 - below),
      };
    };
    return [await check(false), await check(true)];
  },
});
