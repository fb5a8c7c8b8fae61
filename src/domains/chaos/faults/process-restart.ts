import { z } from 'zod';
import type { Fault } from '../fault.ts';
import { proofOf } from '../proof.ts';
import { processUnavailable, seenWithin, send, stateOf, targetOf } from '../signals.ts';

const schema = z.strictObject({
  withinMs: z.int().min(100).max(300_000).default(30_000).describe('How long it may take to end in good order.'),
});

/** Asks a process to end, as a deployment does; what supervises it starts another. */
export const processRestart: Fault<z.output<typeof schema>, 'process'> = {
  name: 'process-restart',
  title: 'Restart a process (SIGTERM)',
  layer: 'process',
  on: ['process'],
  schema,
  unavailable: processUnavailable,
  touches: (_args, component) => [`asks ${component.name}, process ${component.pid()}, to end`],
  async inject({ withinMs }, component, { noop }) {
    const target = targetOf(component);
    if (!noop) send(target, 'SIGTERM');
    return {
      momentary: true,
      proofWithinMs: withinMs + 5_000,
      async prove() {
        const measured = await seenWithin(() => stateOf(target), 'gone', noop ? 200 : withinMs);
        return proofOf([
          {
            what: `process ${target.pid} after SIGTERM`,
            expected: 'gone',
            measured,
            held: measured === 'gone',
          },
        ]);
      },
      revert: async () => {},
    };
  },
};
