import { z } from 'zod';
import type { Fault } from '../fault.ts';
import { proofOf } from '../proof.ts';
import { processUnavailable, seenWithin, send, stateOf, targetOf } from '../signals.ts';

const withinMs = 5_000;

/** Ends a process as a crash does. Starting it again is the business of whatever supervises it. */
export const processKill: Fault<Record<string, never>, 'process'> = {
  name: 'process-kill',
  title: 'Kill a process (SIGKILL)',
  layer: 'process',
  on: ['process'],
  schema: z.strictObject({}),
  unavailable: processUnavailable,
  touches: (_args, component) => [`kills ${component.name}, process ${component.pid()}`],
  async inject(_args, component, { noop }) {
    const target = targetOf(component);
    if (!noop) send(target, 'SIGKILL');
    return {
      momentary: true,
      async prove() {
        const measured = await seenWithin(() => stateOf(target), 'gone', noop ? 200 : withinMs);
        return proofOf([
          {
            what: `process ${target.pid}`,
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
