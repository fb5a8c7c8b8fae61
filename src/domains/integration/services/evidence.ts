import { z } from 'zod';

const text = z.string();
const count = z.int().min(0);

const real = z.object({
  kind: z.literal('real'),
  name: text,
  /** Without user, password and query. */
  origin: text,
  /** It is on this machine. */
  isLocal: z.boolean(),
  probe: text,
  wantedStatus: z.int(),
  /** Of each request, 0 where there was no answer. */
  answers: z.array(z.object({ status: z.int(), ms: z.number(), problem: text.nullable() })),
  latencyMs: z.number(),
  /** null: it is spoken to without TLS, or gave no answer. */
  certificate: z.object({ until: text, days: z.number(), wantedDays: z.number() }).nullable(),
  /** null: no document is configured. */
  contract: z.object({ document: text, held: count, problems: z.array(text), doubts: z.array(text) }).nullable(),
  /** null: not looked at; `left` null: the header is not there, or no number. */
  quota: z.object({ header: text, left: z.number().nullable(), atLeast: z.number() }).nullable(),
});

const standIn = z.object({
  kind: z.literal('stand-in'),
  name: text,
  origin: text,
  recordedAt: text,
  ageDays: z.number(),
  maxAgeDays: z.number(),
  exchanges: count,
  damaged: count,
  errors: count,
  /** Those asked again, and what came back otherwise. */
  tried: count,
  /** Their requests had a body, which is not kept; or there were more than are tried. */
  notTried: count,
  differing: z.array(text),
  /** What came of a request that was never recorded. */
  control: z.object({ request: text, status: z.int(), isNamed: z.boolean() }),
});

const failed = z.object({ kind: z.literal('failed'), name: text, error: text });

/** What was seen of one external service. */
export const serviceEvidence = z.discriminatedUnion('kind', [real, standIn, failed]);
export type ServiceEvidence = z.output<typeof serviceEvidence>;
export type RealEvidence = z.output<typeof real>;
export type StandInEvidence = z.output<typeof standIn>;
