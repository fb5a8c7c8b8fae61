import { z } from 'zod';
import { risks } from './finding.ts';

const text = z.string();

export const barSchema = z.object({
  failAt: z.enum(risks),
  waivers: z.array(z.object({ fingerprint: text, owner: text, reason: text, expires: text })),
  waiverDays: z.number(),
  today: text,
});
