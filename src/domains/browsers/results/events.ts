import { z } from 'zod';
import { vitalNames } from '../../../model/vital.ts';

const text = z.string();
const count = z.number().min(0);
const vital = z.enum(vitalNames);

const views = z.object({
  condition: z.enum(['quiet', 'load', 'fault']),
  page: z.int().min(0),
  loaded: count,
  failed: z.array(z.tuple([text, count])),
  vitals: z.array(z.tuple([vital, z.array(z.tuple([z.number(), count]))])),
});

/** What the fold reads of the events of visitors in browsers. */
export const browserEvents = {
  'shakedown.browsers.started': z
    .object({
      visitors: count,
      browser: text.nullable(),
      k6: text.nullable(),
      notRun: text.nullable(),
      pages: z.array(z.object({ name: text, paths: z.array(text) })),
    })
    .loose(),
  'shakedown.browsers.measured': z
    .object({
      fromMs: z.number(),
      toMs: z.number(),
      views: z.array(views),
      traffic: z.object({ requests: count, serverErrors: count, receivedBytes: count }),
      blocked: z.array(z.tuple([text, count])),
      cpuSeconds: z.number().nullable(),
      peakCores: z.number().nullable(),
    })
    .loose(),
  'shakedown.browsers.crashed': z.object({ atMs: z.number(), why: text }),
  'shakedown.browsers.ended': z.object({ atMs: z.number(), why: text }),
} as const;
