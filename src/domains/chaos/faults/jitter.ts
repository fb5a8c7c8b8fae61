import { z } from 'zod';
import { addedDelay } from '../toxiproxy/delay.ts';
import { toxicFault } from '../toxiproxy/toxic-fault.ts';

const shape = {
  jitterMs: z
    .int()
    .min(1)
    .max(30_000)
    .describe('The delay of each piece lies between delayMs − jitterMs and + jitterMs.'),
  delayMs: z.int().min(0).max(60_000).optional().describe('Mean delay; as jitterMs when absent.'),
};
type Jitter = z.output<z.ZodObject<typeof shape>>;

/** So many make it next to impossible that chance keeps them together. */
const manyConnections = 20;

/** Below nothing there is no delay: with the middle at the jitter itself all of its range is had. */
const middle = ({ delayMs, jitterMs }: Jitter) => ({ delayMs: delayMs ?? jitterMs, jitterMs });

/** Every piece of data comes later by another time. */
export const jitter = toxicFault({
  name: 'jitter',
  title: 'Jitter on a link',
  shape,
  type: 'latency',
  attributes: (args) => ({ latency: middle(args).delayMs, jitter: args.jitterMs }),
  does: (args) => `delays what is sent by ${middle(args).delayMs} ± ${args.jitterMs} ms`,
  measurement: addedDelay(middle, { connections: manyConnections }),
});
