import { z } from 'zod';
import { addedDelay } from '../toxiproxy/delay.ts';
import { toxicFault } from '../toxiproxy/toxic-fault.ts';

/** Every piece of data comes later by the same time. */
export const latency = toxicFault({
  name: 'latency',
  title: 'Latency on a link',
  shape: { delayMs: z.int().min(1).max(60_000) },
  type: 'latency',
  attributes: ({ delayMs }) => ({ latency: delayMs, jitter: 0 }),
  does: ({ delayMs }) => `delays what is sent by ${delayMs} ms`,
  measurement: addedDelay(({ delayMs }: { delayMs: number }) => ({ delayMs, jitterMs: 0 }), {
    connections: 3,
    rounds: 6,
  }),
});
