import { z } from 'zod';
import { failureKinds } from '../settings.ts';

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

const failureKind = z.enum(failureKinds);

/** Of one request to the target; 0: there was no answer. */
const seen = z.object({ route: count, status: z.int(), ms: z.number(), problem: text.nullable() });

const degradation = z.object({
  kind: z.literal('degradation'),
  name: text,
  /** `the link shop to payments`. */
  by: text,
  recoverS: z.number(),
  routes: z.array(
    z.object({
      /** `GET /products` */
      route: text,
      usual: z.int(),
      without: z.array(z.int()),
      withinMs: z.number(),
      when: z.array(failureKind),
    }),
  ),
  before: z.array(seen),
  failures: z.array(
    z.object({
      kind: failureKind,
      /** Whether the failure was really there, and what shows it. */
      proof: z.object({ seen: z.boolean(), measured: text }),
      /** Requests or connections of the target that it met; null: they cannot be seen. */
      met: count.nullable(),
      answers: z.array(seen),
      /** When the service was back: the last answer of each route, and after how long all were as usual; null: not in the time given. */
      after: z.array(seen),
      recoveredMs: z.number().nullable(),
      /** Why it could not be tried; null: it was. */
      error: text.nullable(),
    }),
  ),
});

const share = z.object({ hits: count, of: count });

/** Answers from a cache, as recorded and by the proxy that stands in for the CDN. */
const cdn = z.object({
  kind: z.literal('cdn'),
  name: text,
  sessions: count,
  /** Percentage points by which a share may be below the recorded one. */
  points: z.number(),
  routes: z.array(
    z.object({
      route: text,
      /** Answers that say whether a cache gave them. */
      recorded: share,
      /** Without the first of each address. */
      own: share,
      /** Answers, not from the cache, that do not say how long they may be kept. */
      unsaid: count,
      /** Why another one was not kept, by its headers; empty: there was none. */
      said: text,
    }),
  ),
  /** Routes that are not in the list, which has an end. */
  unlisted: count.default(0),
});

/** How the target degrades without it is not declared. */
const undeclared = z.object({ kind: z.literal('undeclared'), name: text });

const failed = z.object({ kind: z.literal('failed'), name: text, error: text });

/** What was seen of one external service. */
export const serviceEvidence = z.discriminatedUnion('kind', [real, standIn, degradation, undeclared, cdn, failed]);
export type ServiceEvidence = z.output<typeof serviceEvidence>;
export type RealEvidence = z.output<typeof real>;
export type StandInEvidence = z.output<typeof standIn>;
export type DegradationEvidence = z.output<typeof degradation>;
export type CdnEvidence = z.output<typeof cdn>;
