import { z } from 'zod';
import { journeySettings, recordedUse, sessionCounts } from '../../model/journeys.ts';
import type { EventsOf } from '../domain.ts';

export const events = {
  /** Before the load: the journeys and features that sessions are followed through, and what the recording's did. */
  'shakedown.journeys.planned': z.object({ settings: journeySettings, recorded: recordedUse }),
  /** Sessions that ended within a window. */
  'shakedown.sessions.counted': z.object({ window: z.number(), counts: z.array(sessionCounts) }),
};

declare module '../../model/event.ts' {
  interface JournalEvents extends EventsOf<typeof events> {}
}
