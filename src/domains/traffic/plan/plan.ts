import type { PlannedRoute, PlannedSession, PlanSummary, RecordedLoad } from '../../../model/plan.ts';
import type { RouteCount } from '../../../model/traffic.ts';
import { type Arrivals, arrivals as makeArrivals } from './arrivals.ts';
import { checkOptions, graceMs } from './options.ts';
import { type PlanInput, type PreparedSessions, prepareSessions } from './prepare.ts';
import { Random } from './random.ts';
import { factorFor } from './rate.ts';
import { timeMap } from './shape.ts';
import { createTally } from './summary.ts';
import { type SessionTemplate, unsafeMethod } from './template.ts';
import { type SessionTable, templateStore } from './templates.ts';

export type { PlanInput } from './prepare.ts';

export interface Plan {
  summary: PlanSummary;
  /** In order of start; the same on each call. Requests, headers and bodies are shared between sessions: not to be changed. */
  sessions(): AsyncIterable<PlannedSession>;
}

/**
 * Plans a run. The same recording, options, mapping and rules give the same plan, digest included.
 *
 * The recording is read once to prepare its sessions; then every planned session is one of them with another start. `recorded` plays
 * it once (or until `durationMs`), `loop` again and again, `bootstrap` block by block; how arrivals are drawn stands at `Arrivals`.
 * `ratePerSecond` takes the place of `scale` (other than 1, a multiple of the recording's own rate) and is the average of requests due over the whole run, ramp-in included: a run
 * begins without open sessions, so its first period, as long as a session, is below the average. Sessions that would begin at or
 * after the end are not planned; those under way go on for a tenth of the run, 30 s at most, and what they had after that is
 * left out (`after the end`).
 *
 * `leftOut` counts requests of the recording once; in mode `recorded`, once for each copy begun (`scale` 1.5: twice, and what
 * thinning took away is counted too), so that `requests` and `leftOut` add up to all there was.
 *
 * @throws ShakedownError PLAN_OPTIONS, PLAN_TARGET, PLAN_EMPTY, PLAN_RATE, PLAN_DATA, TRAFFIC_FORMAT
 */
export async function makePlan(input: PlanInput): Promise<Plan> {
  const { options, manifest, signal } = input;
  checkOptions(options);
  const random = new Random(`shakedown.plan/1 ${options.seed}`);
  const prepared = await prepareSessions(input, random.fork('sample').uint32());
  const { table, leftOut } = prepared;
  const lastUs = table.startUs[table.count - 1] ?? 0;
  const recordedUs = Math.round((manifest.durationMs * 1000) / options.speed);
  // A recording of one instant is repeated once a second.
  const periodUs = Math.max(recordedUs, lastUs + 1000, lastUs === 0 && recordedUs < 1000 ? 1e6 : 0);
  const endUs = Math.max(Math.round(options.durationMs * 1000), 1);
  const runUs = options.mode === 'recorded' ? Math.min(endUs, periodUs) : endUs;
  const shaped = timeMap(options.shape, runUs / 1000);
  const arrivals = makeArrivals(table, options.mode, periodUs, runUs, random);
  const wanted = wantedRequests(options, table, runUs, periodUs);
  arrivals.factor = wanted === null ? options.scale : factorFor(wanted, table, arrivals, runUs / 1000, shaped);

  const lastDueMs = endUs / 1000 + graceMs(options.durationMs);
  type Due = (startMs: number, template: SessionTemplate, number: number, requests: number) => void;
  /** Goes through the schedule one span at a time. */
  async function* spans(): AsyncGenerator<(visit: Due) => void> {
    const store = templateStore(table, prepared.templates);
    try {
      for (let fromUs = 0; fromUs < runUs; fromUs += arrivals.spanUs) {
        signal?.throwIfAborted();
        const span = arrivals.span(fromUs);
        let highest = 0;
        for (const number of span.number) highest = Math.max(highest, number);
        if (span.count > 0) await store.advance(arrivals.lowest(fromUs), highest + 1);
        yield (visit) => {
          for (let i = 0; i < span.count; i++) {
            const number = span.number[i] ?? 0;
            const evenMs = (span.startUs[i] ?? 0) / 1000;
            const startMs = shaped === undefined ? evenMs : Math.round(shaped(evenMs) * 1000) / 1000;
            const template = store.get(number);
            visit(startMs, template, number % table.count, plannedRequests(template, lastDueMs - startMs));
          }
        };
      }
    } finally {
      await store.close();
    }
  }

  const tally = createTally(
    table.sha256,
    JSON.stringify([prepared.nonce, prepared.targets, prepared.routes]),
    runUs / 1000,
  );
  for await (const visitAll of spans()) visitAll(tally.add);
  const { afterEnd, dispersion, afterLeftOut, ...counted } = tally.done();
  const recorded = recordedLoad(input, prepared, dispersion);
  if (options.mode === 'recorded') {
    const copies = Math.ceil(arrivals.factor);
    for (const [reason, requests] of leftOut) leftOut.set(reason, requests * copies);
    const thinned = thinnedRequests(table, arrivals);
    const all = table.requests.reduce((sum, requests) => sum + requests, 0) * copies;
    leftOut.set('thinned to the wanted rate', thinned);
    leftOut.set('after the end', all - thinned - counted.requests);
  } else leftOut.set('after the end', afterEnd);

  return {
    summary: {
      format: 'shakedown.plan/1',
      options,
      recording: { name: manifest.name, shardsSha256: prepared.recordingSha256 },
      nonce: prepared.nonce,
      targets: prepared.targets,
      routes: withRecorded(prepared, manifest.routes, afterLeftOut),
      leftOut: [...leftOut]
        .filter(([, requests]) => requests > 0)
        .map(([reason, requests]) => ({
          reason,
          requests,
          ...(reason === unsafeMethod ? { methods: [...prepared.unsafeMethods].sort() } : {}),
        })),
      ...counted,
      waits: prepared.waits,
      recorded,
      ...(prepared.extractions.length === 0 ? {} : { extractions: prepared.extractions }),
      ...(prepared.tagged === undefined ? {} : { tagged: prepared.tagged }),
      ...(prepared.login === undefined ? {} : { login: prepared.login }),
      ...(prepared.bodies === undefined ? {} : { bodies: prepared.bodies }),
    },
    async *sessions() {
      let index = 0;
      for await (const visitAll of spans()) {
        const due: PlannedSession[] = [];
        visitAll((startMs, template, _number, planned) => {
          const { recordedSession, headers, cookies, requests, groups, logins, user } = template;
          if (planned === 0) return;
          const kept = planned === requests.length ? requests : requests.slice(0, planned);
          const values = user === undefined ? undefined : prepared.values(user);
          due.push({
            ...{ index: index++, startMs, recordedSession, headers, cookies, requests: kept },
            ...(groups === undefined ? {} : { groups }),
            ...(logins === undefined ? {} : { logins }),
            ...(values === undefined ? {} : { values }),
          });
        });
        yield* due;
      }
    },
  };
}

/**
 * Requests that are to be due within the run; null where the recording is played as it is. A multiple of it is promised as a rate, and keeps it: a run
 * begins without open sessions and ends within some, so as many sessions as the multiple says would bring fewer requests.
 */
function wantedRequests(
  { mode, ratePerSecond, scale }: PlanInput['options'],
  table: SessionTable,
  runUs: number,
  periodUs: number,
): number | null {
  if (ratePerSecond !== undefined) return (ratePerSecond * runUs) / 1e6;
  if (mode === 'recorded' || scale === 1) return null;
  return (scale * table.requests.reduce((sum, requests) => sum + requests, 0) * runUs) / periodUs;
}

/** What the plan is held against; before `leftOut` counts anything but requests of the recording. */
function recordedLoad(
  { manifest }: PlanInput,
  { table, leftOut, requestsAtOnce, dispersion: recorded }: PreparedSessions,
  planned: number | null,
): RecordedLoad {
  const kept = table.requests.reduce((sum, requests) => sum + requests, 0);
  const left = [...leftOut.values()].reduce((sum, requests) => sum + requests, 0);
  const never = manifest.notReplayable.reduce((sum, { count }) => sum + count, 0);
  return {
    kept,
    requests: kept + left + never,
    ratePerSecond: manifest.durationMs > 0 ? (manifest.requests * 1000) / manifest.durationMs : 0,
    requestsAtOnce,
    dispersion: recorded === null || planned === null ? null : { recorded, planned },
  };
}

function withRecorded(
  { routes, answers }: Pick<PreparedSessions, 'routes' | 'answers'>,
  recorded: readonly RouteCount[],
  afterLeftOut: ReadonlyMap<number, number>,
): PlannedRoute[] {
  const counts = new Map(recorded.map(({ method, route, requests }) => [`${method.toUpperCase()} ${route}`, requests]));
  return routes.map((one, i) => {
    const count = counts.get(`${one.method} ${one.route}`);
    const expected = answers[i];
    return {
      ...one,
      ...(count === undefined ? {} : { recorded: count }),
      ...(expected === undefined ? {} : { answers: expected }),
      ...(afterLeftOut.has(i) ? { afterLeftOut: afterLeftOut.get(i) ?? 0 } : {}),
    };
  });
}

/** Requests of the sessions of the last copy that were not drawn. */
function thinnedRequests(table: SessionTable, { factor, layer }: Arrivals): number {
  const whole = Math.floor(factor);
  if (factor === whole) return 0;
  let requests = 0;
  layer(whole, (_startUs, number, keepHash) => {
    if (keepHash >= (factor - whole) * 2 ** 32) requests += table.requests[number % table.count] ?? 0;
  });
  return requests;
}

/** Requests of a session that are due within the time left. */
function plannedRequests(template: SessionTemplate, leftMs: number): number {
  const { requests, lengthMs } = template;
  if (lengthMs <= leftMs) return requests.length;
  let planned = requests.length;
  while (planned > 0 && (requests[planned - 1]?.dueMs ?? 0) > leftMs) planned--;
  return planned;
}
