import { z } from 'zod';
import { metricDescription } from '../../model/watch.ts';
import type { EventsOf } from '../domain.ts';
import { validationEvents } from './validation/events.ts';

const text = z.string();
/** Of the run's clock, ms. */
const moment = z.number();
const count = z.number().min(0);
/** Checked by hand: a day's journal has thousands of these with hundreds of figures each. */
const figuresById = z.custom<Record<string, number>>(
  (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(Number.isFinite),
);

/** What monitoring leaves in a journal. */
export const events = {
  ...validationEvents,
  /** Before the first sample of these metrics; may come again when new ones turn up. */
  'shakedown.metrics.described': z.object({ metrics: z.array(metricDescription) }),
  /** Figures by metric id, all taken at one moment of the run's clock; what could not be read is left out. */
  'shakedown.metrics.sampled': z.object({ atMs: moment, values: figuresById }),
  'shakedown.alert.changed': z.object({
    atMs: moment,
    name: text,
    state: z.enum(['pending', 'firing', 'resolved']),
    severity: text.nullable(),
    detail: text,
  }),
  /** Error lines found in the target's logs since the last such event of the source. */
  'shakedown.log.errors': z.object({ atMs: moment, source: text, count, example: text }),
  /** Whether the alerts or a log could be read, at every change and once a minute: `alerts`, `log shop`. */
  'shakedown.watch.checked': z.object({ atMs: moment, source: text, ok: z.boolean() }),
  /** A process of the target that went away, came back, or whose place another took. */
  'shakedown.process.changed': z.object({ atMs: moment, name: text, state: z.enum(['gone', 'back', 'restarted']) }),
  'shakedown.downtime.planned': z.object({ fromMs: moment, toMs: moment, reason: text }),
};

declare module '../../model/event.ts' {
  interface JournalEvents extends EventsOf<typeof events> {}
}
