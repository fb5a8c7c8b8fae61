import { z } from 'zod';
import { standing } from '../standing.ts';

/** A switch that runs, as the state of the staging system holds it. */
export const standingSwitch = z.object({
  driver: z.string(),
  version: z.string(),
  baseUrl: z.string(),
  /** Socket that it is controlled by; empty: by commands. */
  control: z.string(),
  log: z.string().nullable(),
  process: standing.nullable(),
});

export type StandingSwitch = z.output<typeof standingSwitch>;
