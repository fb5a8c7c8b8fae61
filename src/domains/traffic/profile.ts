import { z } from 'zod';
import type { RateShape } from '../../model/plan.ts';

const shapeNames = ['flat', 'day', 'ramp', 'spike'] as const;

const point = z.tuple([z.number().min(0).max(1), z.number().min(0).max(1000)]);

const shapeSchema = z
  .union([z.enum(shapeNames), z.array(point).min(2)], {
    error: 'must be flat, day, ramp, spike or a list of [share of the run 0…1, factor] points',
  })
  .describe('How the rate changes over the run: a name, or [share of the run 0…1, factor] points.');

/** A load profile as written in `load/profiles/*.yaml` or inline in the configuration. */
export const profileSchema = z
  .strictObject({
    mode: z
      .enum(['recorded', 'loop', 'bootstrap'])
      .default('loop')
      .describe('recorded: once as it was; loop: again and again; bootstrap: sessions drawn at random (seeded).'),
    ratePerSecond: z
      .number()
      .positive()
      .max(1_000_000)
      .optional()
      .describe('Average requests per second; as in the recording when absent.'),
    scale: z.number().positive().max(10_000).default(1).describe('Copies of the traffic at the same pace.'),
    speed: z.number().positive().max(10_000).default(1).describe('Time compression: 2 is twice as fast.'),
    shape: shapeSchema.default('flat'),
    seed: z.int().min(0).max(0xffffffff).default(1).describe('The same seed gives the same plan.'),
    writes: z
      .enum(['safe', 'recorded'])
      .optional()
      .describe(
        'safe: GET, HEAD and OPTIONS only; recorded also needs replay.writes: recorded in the configuration. As replay.writes when absent.',
      ),
    waits: z
      .enum(['recorded', 'values'])
      .default('recorded')
      .describe(
        'What a request of a session waits for. recorded: the answers it came after in the recording, as far as that shows them; values: only answers that give it a value, so that every other request is sent at its moment.',
      ),
  })
  .describe('A load profile: how the plan differs from the recording.');

/** A shape's name or points as the plan's RateShape: a name without points stands for the plan's own curve of that name. */
export function rateShape(shape: z.output<typeof shapeSchema>): RateShape {
  if (typeof shape === 'string') return { kind: shape, points: [] };
  return { kind: 'points', points: [...shape].sort((a, b) => a[0] - b[0]) };
}
