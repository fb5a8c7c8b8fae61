import { z } from 'zod';
import { browserMeasured, browserSetup } from '../../model/browser-visits.ts';
import type { EventsOf } from '../domain.ts';

const atWhy = z.object({ atMs: z.number(), why: z.string() });

export const events = {
  /** Browser users beside the load: of a run with --browser-vus. */
  'shakedown.browsers.started': browserSetup,
  /** What they saw in a minute at most. */
  'shakedown.browsers.measured': browserMeasured,
  /** A browser ended by itself, and another took its place. `atMs` is negative before the load. */
  'shakedown.browsers.crashed': atWhy,
  /** All of them ended before the load did. */
  'shakedown.browsers.ended': atWhy,
};

declare module '../../model/event.ts' {
  interface JournalEvents extends EventsOf<typeof events> {}
}
