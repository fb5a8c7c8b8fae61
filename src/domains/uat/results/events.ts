import { z } from 'zod';

const text = z.string();
const count = z.number().min(0);
const moment = z.number().nullable();

/** What the fold reads of the events of scenarios. */
export const uatEvents = {
  'shakedown.uat.started': z
    .object({
      browsers: z.array(z.object({ name: text, label: text }).loose()),
      sizes: z.array(z.unknown()),
      chosen: z.array(text),
    })
    .loose(),
  'shakedown.uat.round.started': z.object({
    round: count,
    kind: z.enum(['quiet', 'load']),
    startMs: moment,
    planned: count.optional(),
  }),
  'shakedown.uat.attempted': z
    .object({
      round: count,
      scenario: text,
      browser: text,
      size: text,
      retry: count,
      startMs: moment,
      endMs: moment,
      again: z.boolean().optional(),
    })
    .loose(),
  'shakedown.uat.round.ended': z
    .object({
      round: count,
      endMs: moment,
      wallMs: count,
      cpuSeconds: count.nullable(),
      memoryBytes: count.nullish(),
      cutShort: z.boolean().optional(),
    })
    .loose(),
} as const;
