import { z } from 'zod';

const text = z.string();
const seconds = z.number();

export const evidence = z.discriminatedUnion('kind', [
  /** Who was to be paged, as it was shown before. */
  z.object({
    kind: z.literal('named'),
    receivers: z.array(z.object({ receiver: text, integrations: z.array(text) })),
    /** Named in the configuration, and not there. */
    unknown: z.array(text),
    /** Receivers that tell nobody, and those that were not chosen. */
    ...{ silent: z.array(text), notChosen: z.array(text) },
    noticeS: seconds,
    asksForAcknowledgement: z.boolean(),
  }),
  /** What became of the test page, or of its resolution, at one integration. */
  z.object({
    kind: z.literal('page'),
    ...{ receiver: text, integration: text, status: z.enum(['firing', 'resolved']) },
    /** From the alert until the service said that it has it; null: it did not. */
    afterS: seconds.nullable(),
    error: text.nullable(),
  }),
  z.object({ kind: z.literal('acknowledged'), receiver: text, afterS: seconds }),
]);

export type Evidence = z.output<typeof evidence>;
export type Kind<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;
