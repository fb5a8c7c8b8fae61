import { z } from 'zod';
import { findingSchema } from './finding.ts';

const text = z.string();

/** What the part `rules` saw. */
export const evidence = z.discriminatedUnion('kind', [
  /** A file that was read. */
  z.strictObject({
    kind: z.literal('file'),
    file: text,
    formats: z.array(text),
    alerts: z.number(),
    records: z.number(),
    slos: z.number(),
  }),
  /** A group of questions that was answered for all rules: the checks of the text, promtool, the running Prometheus. */
  z.strictObject({ kind: z.literal('asked'), checks: z.array(text), of: z.number() }),
  /** What could not be asked, and why. */
  z.strictObject({ kind: z.literal('not-asked'), checks: z.array(text), reason: text }),
  z.strictObject({ kind: z.literal('finding'), finding: findingSchema }),
  z.strictObject({ kind: z.literal('program'), name: text, version: text }),
  z.strictObject({ kind: z.literal('tests'), file: text, passed: z.boolean(), said: text }),
  /** An alert, and whether its file of tests expects it to fire. */
  z.strictObject({ kind: z.literal('alert'), rule: text, file: text, line: z.number(), tested: z.boolean() }),
  z.strictObject({
    kind: z.literal('blindness'),
    rule: text,
    file: text,
    line: z.number(),
    job: text.nullable(),
    seenBy: z.strictObject({ scrape: z.array(text), target: z.array(text), metric: z.array(text) }),
  }),
]);

export type Evidence = z.infer<typeof evidence>;
export type BlindnessEvidence = Extract<Evidence, { kind: 'blindness' }>;
