import { z } from 'zod';

/** How long nothing may fire. */
export const cleanSettings = z
  .strictObject({
    watchS: z
      .number()
      .min(10)
      .max(86_400)
      .default(60)
      .describe('Seconds in which no alert may fire, and no message come twice, while nothing is wrong.'),
  })
  .prefault({})
  .describe('The time in which nothing is wrong, of a validation with `--production-rules`.');
