import { createHash } from 'node:crypto';
import { ShakedownError } from '../../../model/error.ts';
import type { ExpectedAnswers, PlannedRoute, PlanOptions, PlanSummary } from '../../../model/plan.ts';
import type { RecordedRequest, RecordedSession, RecordingManifest } from '../../../model/traffic.ts';
import { readSessions, shardsSha256 } from '../recording.ts';
import { AnswerShapes } from './answers.ts';
import { Bodies } from './bodies.ts';
import { readDataRules } from './data.ts';
import { learnLinks } from './discover.ts';
import { ArrivalCounts } from './dispersion.ts';
import { readHeaderRules } from './headers.ts';
import { Identity } from './identity.ts';
import { linkLiveValues } from './live-values.ts';
import { Login } from './login.ts';
import type { BodyRule, LoginRules } from './login-rules.ts';
import type { DataRule, ExtractionRule } from './rules.ts';
import { TagGroups, type TagRules } from './tags.ts';
import { readTargets, type TargetMapping, type Targets } from './target.ts';
import {
  makeTemplate,
  noBody,
  plannable,
  RouteTable,
  type SessionTemplate,
  type TemplateContext,
  unsafeMethod,
} from './template.ts';
import { defaultTemplateBytes, readSessionTable, type SessionTable } from './templates.ts';

export interface PlanInput {
  /** Recording folder. */
  folder: string;
  manifest: RecordingManifest;
  options: PlanOptions;
  target: TargetMapping;
  /** Values to take from live responses, as configured; those that a recording with responses shows are found as well. */
  rules?: ExtractionRule[];
  /** Values of the target to put in place of recorded ones. */
  data?: DataRule[];
  /** Bodies for requests that were recorded without theirs. */
  bodies?: BodyRule[];
  /** Tags of requests that are to be counted apart; absent: none. */
  tags?: TagRules;
  /** How sessions log in; absent: they do not. */
  login?: LoginRules | undefined;
  /** Memory for sessions kept at hand, as bytes of their JSON; a recording past it is read from disk again. */
  templateBytes?: number;
  /** Called for every session of the recording, once, as it is read. */
  seen?(session: RecordedSession): void;
  signal?: AbortSignal;
}

/** A recording's sessions, ready to be planned. */
export interface PreparedSessions {
  table: SessionTable;
  /** All templates, read from disk again. */
  templates(): AsyncGenerator<SessionTemplate>;
  nonce: string;
  recordingSha256: string;
  targets: string[];
  routes: PlannedRoute[];
  /** By route; undefined where nothing is known. */
  answers: (ExpectedAnswers | undefined)[];
  leftOut: Map<string, number>;
  /** Of what is left out for it. */
  unsafeMethods: ReadonlySet<string>;
  extractions: { from: string; to: string; requests: number }[];
  waits: NonNullable<PlanSummary['waits']>;
  tagged: PlanSummary['tagged'];
  login: PlanSummary['login'];
  bodies: PlanSummary['bodies'];
  /** What a session of this user knows from its beginning. */
  values: Identity['values'];
  /** Requests under way at once, on average, as recorded; null where not all response times are known. */
  requestsAtOnce: number | null;
  /** Of arrivals in 10 ms, as recorded; null for too few. */
  dispersion: number | null;
}

const learnFrom = { sessions: 2_000, bytes: 64 * 1024 * 1024 };
const mostExtractionsShown = 50;
const methodsAtMost = 10;

/** Reads the recording once (twice where it has responses to learn from) and turns each session into what is sent. */
export async function prepareSessions(input: PlanInput, sampleSeed: number): Promise<PreparedSessions> {
  const { options, manifest, folder, signal } = input;
  const targets = readTargets(input.target);
  const headerRules = readHeaderRules(input.target, targets);
  const recordingSha256 = shardsSha256(manifest.shards);
  const nonce = createHash('sha256').update(`${options.seed} ${recordingSha256}`).digest('hex').slice(0, 12);
  const substitute = await readDataRules(input.data ?? [], options.seed);
  const extractions = new Map<string, { from: string; to: string; requests: number }>();
  const countExtraction = (from: string, to: string) => {
    const known = extractions.get(`${from}\n${to}`);
    if (known !== undefined) known.requests++;
    else if (extractions.size < 10_000) extractions.set(`${from}\n${to}`, { from, to, requests: 1 });
  };
  const identity = await Identity.read(
    nonce,
    options.seed,
    input.login === undefined ? new Set() : Login.taken(input.login),
    input.login?.users,
  );
  const login = input.login === undefined ? null : await Login.read(input.login, identity, targets, headerRules);
  const bodies = await Bodies.read(input.bodies ?? [], identity, options.seed);
  const logins = { sessions: 0, added: 0, recorded: 0 };
  const leftOut = new Map<string, number>();
  const unsafeMethods = new Set<string>();
  const learned = learnLinks(await sampleForLearning(input, targets));
  const rewriter =
    (placed: (from: string, to: string) => void): TemplateContext['rewrite'] =>
    (kept, session) => {
      const live = linkLiveValues(kept, { nonce, rules: input.rules ?? [], learned, placed });
      return { ...live, requests: substitute(live.requests, kept, session) };
    };
  const waits = { recorded: 0, value: 0, unknown: 0, none: 0 };
  const tags = new TagGroups(input.tags ?? { sources: {}, wanted: [] });
  const answers = new AnswerShapes(manifest.privacy.state === 'anonymized');
  const context: TemplateContext = {
    answers,
    tags,
    options,
    targets,
    timeResolutionMs: manifest.timeResolutionMs,
    countWait: (kind) => {
      waits[kind]++;
    },
    headerRules,
    routes: new RouteTable(),
    login,
    join: (request, session, place) => bodies.join(request, session, place, true),
    userOf: (session) => {
      const user = identity.userOf(session);
      return identity.values(user) === undefined ? undefined : user;
    },
    countLogin: ({ added, logins: recorded }) => {
      logins.sessions++;
      logins.recorded += recorded;
      for (const { steps } of added) if (steps.length === login?.requests.length) logins.added++;
    },
    leaveOut: (reason, request) => {
      leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
      if (reason === unsafeMethod && unsafeMethods.size < methodsAtMost)
        unsafeMethods.add(request.method.toUpperCase());
      if (reason === noBody) bodies.missing(request);
    },
    rewrite: rewriter(countExtraction),
    tryRewrite: rewriter(() => {}),
  };
  const arrivals = new ArrivalCounts();
  let underWayMs = 0;
  let unknown = false;
  const make = (session: RecordedSession) => {
    input.seen?.(session);
    for (const { durationMs } of session.requests) {
      underWayMs += durationMs ?? 0;
      unknown ||= durationMs === undefined;
    }
    const template = makeTemplate(session, context);
    for (const { dueMs } of template?.requests ?? []) arrivals.add(session.startMs / options.speed + dueMs);
    return template;
  };
  const table = await readSessionTable(readSessions(folder, manifest), make, {
    speed: options.speed,
    sampled: options.mode === 'bootstrap',
    seed: sampleSeed,
    templateBytes: input.templateBytes ?? defaultTemplateBytes,
    ...(signal === undefined ? {} : { signal }),
  });
  if (table.count === 0) throw nothingToPlan(leftOut);

  const { answers: _, ...known } = context;
  const again: TemplateContext = {
    ...known,
    join: (request, session, place) => bodies.join(request, session, place, false),
    countLogin: () => {},
    leaveOut: () => {},
    countWait: () => {},
    rewrite: context.tryRewrite,
  };
  return {
    table,
    async *templates() {
      for await (const session of readSessions(folder, manifest)) {
        const template = makeTemplate(session, again);
        if (template !== undefined) yield template;
      }
    },
    nonce,
    recordingSha256,
    targets: targets.origins,
    routes: context.routes.routes,
    answers: answers.expected(),
    leftOut,
    unsafeMethods,
    extractions: [...extractions.values()].sort((a, b) => b.requests - a.requests).slice(0, mostExtractionsShown),
    tagged: tags.tagged,
    login: login === null ? undefined : { requests: login.requests, users: identity.users, ...logins },
    bodies: bodies.summary,
    values: (user) => identity.values(user),
    waits: { forAnswers: waits.recorded, forValues: waits.value, unknown: waits.unknown },
    requestsAtOnce: unknown || manifest.durationMs <= 0 ? null : underWayMs / manifest.durationMs,
    dispersion: arrivals.dispersion(),
  };
}

/** What links are learned from: the first sessions that fit into a bounded memory, requests that can be sent only. */
async function sampleForLearning(
  { folder, manifest, options, signal }: PlanInput,
  targets: Targets,
): Promise<RecordedRequest[][]> {
  const sample: RecordedRequest[][] = [];
  if (!manifest.hasResponses) return sample;
  let bytes = 0;
  for await (const session of readSessions(folder, manifest)) {
    signal?.throwIfAborted();
    const kept = plannable(session, { options, targets, leaveOut: () => {} });
    for (const { response, body } of kept)
      bytes += 1000 + (response?.body?.data.length ?? 0) + (body?.data.length ?? 0);
    sample.push(kept);
    if (sample.length >= learnFrom.sessions || bytes > learnFrom.bytes) break;
  }
  return sample;
}

function nothingToPlan(leftOut: ReadonlyMap<string, number>): ShakedownError {
  const reasons = [...leftOut].map(([reason, requests]) => `${reason} (${requests})`).join(', ');
  return new ShakedownError(
    'PLAN_EMPTY',
    `The recording has no request that can be sent: ${reasons || 'it is empty'}.`,
    {
      hint: 'Allow recorded writes, map the recorded hosts to the target, keep paths of the application when anonymizing (`paths` in its rules), or import other traffic.',
    },
  );
}
