import { z } from 'zod';

const count = z.int().min(0);

/** What became of the requests of a rehearsal. */
export const requestsEvidence = z.object({
  kind: z.literal('requests'),
  sent: count,
  failed: count,
  /** null: it notes nothing. */
  atSwitch: count.nullable(),
  atInstances: count.nullable(),
  lost: count,
  unaccounted: count,
  repeated: count,
  duplicated: count,
  /** Not sent, for want of a value of an earlier answer. */
  unsent: count,
  examples: z.array(z.object({ id: z.string(), label: z.string(), what: z.string() })),
});

export type RequestsEvidence = z.output<typeof requestsEvidence>;
