import { z } from 'zod';

const text = z.string();
const moment = z.object({ at: text.nullable(), problem: text.nullable(), note: text.nullable() });

export const evidence = z.discriminatedUnion('kind', [
  /** No window is set. */
  z.object({ kind: z.literal('none') }),
  z.object({
    kind: z.literal('window'),
    /** When it was asked, ISO 8601. */
    askedAt: text,
    timeZone: text,
    /** As written, and what moment that is. */
    opens: z.object({ written: text, ...moment.shape }),
    closes: z.object({ written: text, ...moment.shape }),
    freezes: z.array(
      z.object({ name: text, timeZone: text, from: moment, to: moment, written: z.tuple([text, text]) }),
    ),
    /** Of the move that the plan is for, ms; null: not measured. */
    deployMs: z.number().nullable(),
    rollbackMs: z.number().nullable(),
    /** The run that they were measured in; null: there is none. */
    measuredIn: text.nullable(),
  }),
]);

export type Evidence = z.output<typeof evidence>;
export type Window = Extract<Evidence, { kind: 'window' }>;
