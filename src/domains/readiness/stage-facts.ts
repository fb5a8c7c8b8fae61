import { z } from 'zod';

/** What a stage run says happened. `open`: why nothing stands behind it, within a sentence; empty: the run of its phase is there, with the digest that the stage has noted. */
export const stageEvent = z.object({ type: z.string(), at: z.string(), phase: z.string(), open: z.string() });

/** One key of the stage's state, and who wrote it. */
export const stageValue = z.object({ key: z.string(), value: z.unknown(), writer: z.string(), open: z.string() });

export interface NotedStage {
  readonly runId: string;
  /** Why the candidate is not shown to have stayed the same in it; empty: it is. */
  readonly changed: string;
  readonly events: readonly z.output<typeof stageEvent>[];
  readonly state: readonly z.output<typeof stageValue>[];
}
