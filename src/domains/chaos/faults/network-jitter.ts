import { z } from 'zod';
import { delayChecks, roundTrips } from '../network/checks.ts';
import { qdisc } from '../network/means.ts';
import { lacksNetem, networkFault } from '../network/network-fault.ts';

const schema = z
  .strictObject({ delayMs: z.number().min(1).max(60_000), jitterMs: z.number().min(1).max(60_000) })
  .refine(({ delayMs, jitterMs }) => jitterMs <= delayMs, { message: 'jitterMs must not be more than delayMs' });

const rounds = 60;

/** Packets delayed by more or less, evenly spread. Proof: the spread of round trips, and their middle. */
export const networkJitter = networkFault({
  name: 'network-jitter',
  title: 'Packets delayed unevenly',
  schema,
  words: ({ delayMs, jitterMs }) => `all packets out delayed by ${delayMs} ms ± ${jitterMs} ms`,
  lacks: () => lacksNetem('use fault jitter on a Toxiproxy link instead'),
  using: () => 'netem',
  means: ({ delayMs, jitterMs }, component) => qdisc(component, ['netem', 'delay', `${delayMs}ms`, `${jitterMs}ms`]),
  kept: 1,
  before: (prober) => roundTrips(prober),
  async measure(prober, { delayMs, jitterMs }, before) {
    const timeoutMs = (delayMs + jitterMs) * 3 + 1000;
    const times = (await prober.existing({ rounds, timeoutMs })).filter((ms) => ms !== null);
    const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
    const deviation = Math.sqrt(times.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / times.length);
    // Of an even spread over 2 × jitter; 60 samples show it within about a fifth.
    const wanted = jitterMs / Math.sqrt(3);
    return [
      ...delayChecks(delayMs, before, await roundTrips(prober, timeoutMs), jitterMs * 0.8),
      {
        what: 'standard deviation on an existing connection',
        expected: `${wanted.toFixed(1)} ms ± 40 %`,
        measured: `${deviation.toFixed(1)} ms`,
        held: Math.abs(deviation - wanted) <= wanted * 0.4,
      },
    ];
  },
});
