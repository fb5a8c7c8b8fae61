import { z } from 'zod';
import { capacityStep, closedLoopCheck } from '../../model/capacity.ts';
import type { EventsOf } from '../domain.ts';

export const events = {
  /** The run looks for the target's capacity, with steps of this length. */
  'shakedown.capacity.started': z.object({ stepMs: z.number().positive() }),
  'shakedown.capacity.step': z.object({ step: capacityStep }),
  /** The cross-check in a closed loop. */
  'shakedown.capacity.checked': z.object({ closedLoop: closedLoopCheck }),
};

declare module '../../model/event.ts' {
  interface JournalEvents extends EventsOf<typeof events> {}
}
