import { z } from 'zod';
import type { Fault } from '../fault.ts';
import { proofOf } from '../proof.ts';
import { processUnavailable, seenWithin, send, stateOf, targetOf } from '../signals.ts';
import { doUndoably, type UndoStep } from '../undo.ts';

/** SIGSTOP takes effect at once; a process in the kernel's hands may take a moment. */
const withinMs = 2_000;

/** Stops a process without ending it: its connections stay open and nothing answers. */
export const processStop: Fault<Record<string, never>, 'process'> = {
  name: 'process-stop',
  title: 'Stop a process (SIGSTOP)',
  layer: 'process',
  on: ['process'],
  schema: z.strictObject({}),
  async unavailable(component) {
    const why = await processUnavailable(component);
    if (why !== null || stateOf(targetOf(component)) !== 'stopped') return why;
    return `process ${component.pid()} is stopped already: stopping it would show nothing, and undoing it would let it go on.`;
  },
  touches: (_args, component) => [`stops ${component.name}, process ${component.pid()}`],
  async inject(_args, component, { undo, noop, signal }) {
    const target = targetOf(component);
    const { pid, startTicks } = target;
    const step: UndoStep = { kind: 'signal', pid, startTicks, signal: 'SIGCONT' };
    const entry = await doUndoably({ undo, signal }, `let ${component.name} go on`, [step], async () => {
      if (!noop) send(target, 'SIGSTOP');
    });
    return {
      momentary: false,
      async prove() {
        const measured = await seenWithin(() => stateOf(target), 'stopped', noop ? 200 : withinMs);
        return proofOf([{ what: 'process state', expected: 'stopped', measured, held: measured === 'stopped' }]);
      },
      async still() {
        const measured = stateOf(target);
        // One that was ended, as by a supervisor that saw it hang, is what the fault brought about.
        return { what: 'process state', expected: 'stopped', measured, held: measured !== 'going on' };
      },
      async revert() {
        await entry.run();
        await seenWithin(() => (stateOf(target) === 'stopped' ? 'stopped' : 'free'), 'free', withinMs);
      },
    };
  },
};
