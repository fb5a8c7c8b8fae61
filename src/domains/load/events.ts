import { z } from 'zod';
import type { AnswerCounts, LearnedAnswers } from '../../model/answers.ts';
import type { EventsOf } from '../../model/event.ts';
import type { FidelityState } from '../../model/fidelity.ts';
import type { PlanSummary } from '../../model/plan.ts';
import { withRenamedKeys } from '../../model/renamed-keys.ts';
import type {
  EngineInfo,
  FidelityResult,
  PackedRouteWindow,
  RecordingInfo,
  RouteWindow,
  WindowResult,
} from '../../model/results.ts';
import type { ErrorKind } from '../../model/sample.ts';

const number = z.number();
const count = z.number().min(0);
const text = z.string();
const figures = z.object({ p50: number.nullable(), p95: number.nullable(), p99: number.nullable() });
/** What the fold reads of it is checked; the rest is passed on. */
const checked = <T>(schema: z.ZodType) => z.custom<T>((value) => schema.safeParse(value).success);
/** Checked by hand: a day's journal has half a million of these. */
const packedRoute = z.custom<PackedRouteWindow>(
  (value) => Array.isArray(value) && value.length === 5 && Number.isSafeInteger(value[0]) && value.every(isCount),
);
const errorKind = z.custom<ErrorKind>((value) => typeof value === 'string');

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}

const plan = z.object({
  routes: z.array(z.object({ method: text, route: text })),
  options: z.object({}),
  sessions: count,
  requests: count,
  leftOut: z.array(z.unknown()),
  scheduleSha256: text,
  averageRatePerSecond: count,
});
const engine = z.object({
  name: text,
  version: text,
  certifiable: z.boolean(),
  windowMs: number.positive(),
  virtualUsers: count,
});
const fidelityState = z.object({
  scales: z.array(z.object({ binMs: number, n: number, x: number, y: number, xx: number, yy: number, xy: number })),
  planned: z.array(number.nullable()),
  sent: z.array(number.nullable()),
  sessions: count,
  disordered: count,
  compared: count,
  matched: count,
  lateness: text,
});
const window = withRenamedKeys(
  { void: 'invalid', aside: 'excluded' },
  z.object({
    index: z.int().min(0),
    startMs: count,
    durationMs: number.positive(),
    planned: count,
    completed: count,
    failed: count,
    failures: z.object({ seenMs: number, lastMs: number }).exactOptional(),
    unsent: count,
    bytes: count,
    response: figures,
    service: figures,
    starved: count,
    generatorLatenessP99Ms: number,
    targetWaitP99Ms: number,
    generatorCpuCores: number.nullable(),
    invalid: text.nullable(),
    excluded: text.exactOptional(),
    lost: count.exactOptional(),
  }),
);
const answers = z.object({
  statuses: z.array(z.tuple([count, count, count, count])),
  differing: z.array(z.tuple([count, count, count, count, count, count, count, count.optional()])),
  sizes: z.array(z.tuple([count, count, count])),
  examples: z.array(z.tuple([count, count, text])),
});
const hashes = z.array(count);
export const learnedAnswers = z.object({
  route: text,
  shape: z.object({ bodies: count, unlike: count, core: hashes, content: hashes, foreign: hashes, kind: text }),
});
const namedRoute = z.object({ route: z.int().min(0), completed: count, failed: count, bytes: count });

/** Events of a replay. */
export const events = {
  'shakedown.plan.ready': z.object({
    plan: checked<PlanSummary>(plan),
    recording: checked<RecordingInfo>(z.object({ name: text })),
  }),
  'shakedown.engine.started': checked<EngineInfo & { windowMs: number; virtualUsers: number }>(engine),
  /** `startedAt`: when the run's clock read zero. More than one: the run was resumed, and measured again from `fromMs` (absent: 0) on. */
  'shakedown.load.started': z.object({ startedAt: text, fromMs: count.exactOptional() }),
  /** Sums since the last `load.started`; each takes the place of the one before. */
  'shakedown.load.checkpoint': z.object({ fidelity: checked<FidelityState>(fidelityState) }),
  /** Routes with names for their figures: journals of earlier versions. */
  'shakedown.window.closed': z.object({
    window: checked<WindowResult>(window),
    routes: z.array(z.union([packedRoute, checked<RouteWindow>(namedRoute)])),
    /** What of them objectives name by tag or tenant, by the plan's index of groups; absent: nothing. */
    groups: z.array(packedRoute).exactOptional(),
  }),
  'shakedown.error.seen': z.object({
    kind: errorKind,
    status: number,
    route: number,
    /** Absent: of none of the plan's groups. */
    group: count.exactOptional(),
    /** Planned arrival. */
    atMs: number,
    message: text,
    /** How many of this kind, status and route the event stands for; absent: 1. */
    count: count.exactOptional(),
  }),
  /** More failures of kinds, statuses and routes that were seen before, once a window: an event each would grow with the requests. */
  'shakedown.errors.repeated': z.object({
    // The last is the group, where there is one.
    errors: z.array(z.tuple([errorKind, number, number, number, count], count)),
  }),
  /** What was answered since the last of these events. */
  'shakedown.answers.counted': checked<AnswerCounts>(answers),
  /** What a sample of the answers of routes without recorded bodies had in common, what they look like by themselves, and where the first redirects led. */
  'shakedown.answers.learned': z.object({
    routes: z.array(checked<LearnedAnswers>(learnedAnswers)),
    // Absent: journals of earlier versions.
    signs: z.array(z.object({ route: count, bodies: count, problems: count, logins: count })).exactOptional(),
    redirects: z.array(z.object({ route: count, to: z.array(z.tuple([text, count])) })).exactOptional(),
  }),
  /** Requests that logged sessions in, since the last such event. */
  'shakedown.logins.counted': z.object({
    logins: z.array(z.object({ request: text, status: count, problem: text, count })),
  }),
  'shakedown.health.checked': z.object({ atMs: number, up: z.boolean(), detail: text }),
  'shakedown.generator.started': z.object({
    atMs: number,
    /** Which of the processes that share the load, from 0. */
    shard: count,
    /** `relay` is what earlier versions called a hand-over. */
    reason: z.enum(['start', 'hand-over', 'relay', 'replacement', 'resume']),
    pid: number.nullable(),
    detail: text.nullable(),
  }),
  /** One that died, with the requests that it had and did not answer for. */
  'shakedown.generator.ended': z.object({ atMs: number, shard: count, reason: text, lost: count }),
  /**
   * Once it is known, what was lost in all because of it: `atMs` is that of its end. `fromMs` is when it was heard last, `toMs` when the last lost
   * request was planned to arrive. Absent: journals of earlier versions, and where the harness was killed.
   */
  'shakedown.generator.lost': z.object({ atMs: number, shard: count, fromMs: number, toMs: number, lost: count }),
  'shakedown.load.ended': z.object({
    coveredMs: count,
    /** Since the last `load.started`. */
    fidelity: checked<FidelityResult>(
      z.object({
        score: number.nullable(),
        parts: z.array(z.object({ name: text, score: number, weight: number, detail: text })),
        scales: z.array(
          z.object({ binMs: number, correlation: number.nullable(), dispersionRatio: number.nullable() }),
        ),
        sentRequests: count,
        statusParity: number.nullable(),
        latenessMs: z.object({ p50: number.nullable(), p99: number.nullable(), max: number.nullable() }),
      }),
    ),
    accounting: z.object({ planned: count, completed: count, failed: count, unsent: count }),
  }),
} as const;

declare module '../../model/event.ts' {
  interface JournalEvents extends EventsOf<typeof events> {}
}

/** `atMs` is the planned arrival of the first. */
export type RepeatedFailure = EventsOf<typeof events>['shakedown.errors.repeated']['errors'][number];
