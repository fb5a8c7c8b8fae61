import { z } from 'zod';
import { identify } from '../../../evidence/process.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { Fault } from '../fault.ts';
import { mustRun } from '../machine/command.ts';
import { inspect, runningHere } from '../machine/container.ts';
import { proofOf } from '../proof.ts';
import { stateOf } from '../signals.ts';
import { doUndoably, type UndoStep } from '../undo.ts';

const schema = z.strictObject({
  kill: z.boolean().default(false).describe('Without a chance to end in good order (SIGKILL).'),
  withinSeconds: z
    .int()
    .min(0)
    .max(300)
    .default(10)
    .describe('How long it may take to end in good order before it is killed.'),
});

const startWithinMs = 60_000;

/** Ends a container, and starts it again afterwards. */
export const containerStop: Fault<z.infer<typeof schema>, 'container'> = {
  name: 'container-stop',
  title: 'Container stopped',
  layer: 'process',
  on: ['container'],
  schema,
  async unavailable(component) {
    const state = await runningHere(component);
    if (typeof state === 'string') return state;
    return state.isRemovedAtEnd ? 'it is removed when it ends (--rm), so it could not be started again' : null;
  },
  touches: ({ kill }, { name, engine, container }) => [
    `${kill ? 'kills' : 'stops'} ${name}, container ${container} of ${engine}, and starts it again`,
  ],
  async inject({ kill, withinSeconds }, component, { undo, noop, signal }) {
    const { name, engine, container } = component;
    const state = await runningHere(component);
    if (typeof state === 'string') throw new ShakedownError('FAULT_GONE', `${name}: ${state}.`);
    const first = identify(state.pid);
    const step: UndoStep = { kind: 'command', argv: [engine, 'start', container], okExits: [0] };
    const entry = await doUndoably({ undo, signal }, `start ${name} again`, [step], async () => {
      if (noop) return;
      const how = kill ? ['kill', container] : ['stop', '--time', String(withinSeconds), container];
      await mustRun([engine, ...how], 1000 * withinSeconds + 30_000);
    });
    return {
      momentary: false,
      async prove() {
        const now = await inspect(component);
        const said = typeof now === 'string' ? now : now.running ? 'running' : 'stopped';
        const seen = first === null ? 'gone' : stateOf(first);
        return proofOf([
          { what: `what ${engine} says of it`, expected: 'stopped', measured: said, held: said === 'stopped' },
          { what: `its process ${state.pid}`, expected: 'gone', measured: seen, held: seen === 'gone' },
        ]);
      },
      async still() {
        const now = await inspect(component);
        if (typeof now === 'string') throw new Error(now);
        const measured = now.running ? 'running' : 'stopped';
        return { what: `what ${engine} says of it`, expected: 'stopped', measured, held: !now.running };
      },
      async revert() {
        await entry.run();
        const until = performance.now() + startWithinMs;
        for (;;) {
          const now = await inspect(component);
          if (typeof now !== 'string' && now.running) return;
          if (performance.now() > until) throw new Error(`container ${container} does not run again`);
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
      },
    };
  },
};
