import { z } from 'zod';
import { browserEvents } from '../../domains/browsers/results/events.ts';
import { events as chaosEvents } from '../../domains/chaos/public.ts';
import { events as loadEvents } from '../../domains/load/events.ts';
import { events as monitoringEvents } from '../../domains/monitoring/public.ts';
import { uatEvents } from '../../domains/uat/results/events.ts';
import { runEvents } from '../../model/run-events.ts';
import { readJournal as read } from './journal.ts';

const number = z.number();
const count = z.number().min(0);
const text = z.string();

const capacityStep = z
  .object({
    startMs: count,
    durationMs: count,
    phase: z.enum(['ramp', 'search', 'confirm', 'spike', 'stress', 'scale']),
    plannedRatePerSecond: count,
    achievedRatePerSecond: count,
    p50Ms: number.nullable(),
    p95Ms: number.nullable(),
    p99Ms: number.nullable(),
    errorPercent: number.nullable(),
    instances: number.nullable(),
    outcome: z.enum(['held', 'missed', 'generator']),
    reason: text.nullable(),
  })
  .loose();

const recordedJourney = z.object({
  reached: z.array(count),
  times: text.nullable(),
  firstStep: z.object({ converted: text, lost: text }).nullable(),
});
const pair = z.tuple([count, count]);

/** What the fold reads of each event; what it only passes on is not looked into. */
const legacyEvents: Record<string, z.ZodType> = {
  'shakedown.journeys.planned': z.object({
    settings: z.object({
      journeys: z.array(
        z
          .object({
            name: text,
            steps: z.array(z.object({ name: text, routes: z.array(text) })),
            objective: z
              .object({
                comparison: z.enum(['>', '>=']),
                target: number,
                key: z.boolean(),
                weight: count,
                minimumSamples: count,
              })
              .optional(),
          })
          .loose(),
      ),
      features: z.array(z.object({ name: text, routes: z.array(text) })),
    }),
    recorded: z.object({
      sessions: count,
      journeys: z.array(recordedJourney),
      featureSessions: z.array(count),
      featureRequests: z.array(count),
    }),
  }),
  'shakedown.sessions.counted': z.object({
    window: number,
    counts: z.array(
      z.object({
        kind: z.enum(['judged', 'aside', 'void']),
        sessions: count,
        journeys: z.array(z.object({ steps: z.array(pair), times: text.optional(), firstStep: text.optional() })),
        features: z.array(pair),
      }),
    ),
  }),
  ...monitoringEvents,
  'shakedown.capacity.started': z.object({ stepMs: number.positive() }),
  'shakedown.capacity.step': z.object({ step: capacityStep }),
  'shakedown.capacity.checked': z.object({
    closedLoop: z.object({ connections: count, ratePerSecond: count, p95Ms: number.nullable() }),
  }),
  ...chaosEvents,
  ...browserEvents,
  ...uatEvents,
};

const all = { ...runEvents, ...loadEvents, ...legacyEvents };

export type { TimedData } from './journal.ts';

/** Until every domain declares its events. */
export function readJournal(file: string, onDamaged: () => void) {
  return read(file, all, onDamaged);
}
