import type { JournalData } from '../../../src/model/event.ts';
import type { PlanSummary } from '../../../src/model/plan.ts';
import type { FidelityResult, RouteWindow, WindowResult } from '../../../src/model/results.ts';
import type { ErrorKind } from '../../../src/model/sample.ts';
import { LatencyHistogram } from '../../../src/stats/histogram.ts';
import { formatInterval, histogramLogHeader } from '../../../src/stats/hlog.ts';
import { gaussian, seeded } from '../../random.ts';
import type { MadeAnswers } from './made-answers.ts';

export const startedAt = '2026-11-20T09:00:00.000Z';

interface MadeFailure {
  kind: ErrorKind;
  status: number;
  count: number;
  message: string;
  route?: number;
  group?: number;
}

export interface MadeRun {
  windows: number;
  windowMs: number;
  /** Answers a second in each window. */
  rate: number;
  /** Samples that stand for a window and route; each counts for rate · share ÷ this. */
  samples?: number;
  routes?: string[];
  durationMs?: number;
  /** Of the routes, which sum to 1; absent: they fall as in most shops. */
  shares?: number[];
  /** Of one route, in place of `medianMs` and a tenth more for each route. */
  routeMedianMs?: (route: number, window: number) => number | null;
  /** Share of the answers that took half a minute. */
  stuckShare?: (window: number) => number;
  /** Index of the route whose requests fail; absent: the first. */
  failingRoute?: number;
  /** Requests of the first route that an objective counts by tag or tenant; those of `failures` are among them. */
  apart?: { tag: string; value: string; each: number; medianMs: number };
  /** Median response time of a window in ms; log-normal around it with `sigma`. */
  medianMs?: (window: number) => number;
  /** Requests that nobody answered and that were never sent, beside those of `rate`. */
  unsent?: (window: number) => number;
  /** Those of `unsent` went with a load generator that died. */
  areUnsentLost?: boolean;
  sigma?: number;
  /** Failures of a window, of those answered; of `failingRoute` where no route is named. */
  failures?: (window: number) => MadeFailure | null;
  /** When they were, as the harness keeps it; absent: as one that did not. */
  failureTimes?: (window: number) => { seenMs: number; lastMs: number };
  invalid?: (window: number) => string | null;
  /** The fault that was on in a window. */
  excluded?: (window: number) => string | null;
  engine?: 'k6' | 'autocannon';
  fidelity?: Partial<FidelityResult>;
  interrupted?: string;
  /** Leaves the events that end a run out. */
  killed?: boolean;
  /** Absent: up, once a minute. */
  health?: { atMs: number; up: boolean; detail?: string }[];
  /** false: nothing of the target is watched. Absent: two instances, well within their limits, where `more` has no figures. */
  isWatched?: boolean;
  warnings?: string[];
  config?: unknown;
  seed?: number;
  noStatuses?: boolean;
  /** What was answered, and what of it is recorded, by route. */
  answers?: (route: number) => MadeAnswers;
  /** What the recording has, where the plan says it. */
  recorded?: PlanSummary['recorded'];
  /** Nothing of it is on record. */
  areAnswersLost?: boolean;
  /** In place of `rate`, by window. */
  rateAt?: (window: number) => number;
  /** More events, in the order of the journal. */
  more?: JournalData[];
}

export const defaultRoutes = [
  'GET /',
  'GET /products',
  'GET /products/:id',
  'GET /search',
  'POST /basket',
  'POST /checkout',
];
/** Shares of the routes fall like this, as they do in most shops. */
const shareOf = (route: number, routes: number) => {
  let all = 0;
  for (let i = 0; i < routes; i++) all += 1 / (i + 1);
  return 1 / (route + 1) / all;
};

export interface MadeLoad {
  /** The interval logs. */
  logs: Record<'response' | 'service', string>;
  totals: { planned: number; completed: number; failed: number; unsent: number };
  failures: Map<string, MadeFailure & { route: number; atMs: number }>;
  /** The events of its windows. */
  closed: JournalData[];
}

/** Loads made lately, by what they were made of: many tests ask for the same one. */
const lately = new Map<string, MadeLoad>();
const keptAtMost = 8;
const functions: unknown[] = [];

/** The load of a run, without its other events. */
export function loadOf(made: MadeRun, routes: string[]): MadeLoad {
  const { config, health, warnings, more, answers, fidelity, isWatched, engine, killed, interrupted, ...load } = made;
  const key = JSON.stringify(load, (_, value) => {
    if (typeof value !== 'function') return value;
    if (!functions.includes(value)) functions.push(value);
    return `function ${functions.indexOf(value)}`;
  });
  const known = lately.get(key);
  if (known !== undefined) return known;
  const found = makeLoad(made, routes);
  for (const oldest of [...lately.keys()].slice(0, lately.size + 1 - keptAtMost)) lately.delete(oldest);
  lately.set(key, found);
  return found;
}

function makeLoad(made: MadeRun, routes: string[]): MadeLoad {
  const normal = gaussian(seeded(made.seed ?? 1));
  const header = histogramLogHeader(new Date(startedAt));
  const logs = { response: [header], service: [header] };
  const totals = { planned: 0, completed: 0, failed: 0, unsent: 0 };
  const failures: MadeLoad['failures'] = new Map();
  const closed: JournalData[] = [];
  const [response, service] = [new LatencyHistogram(), new LatencyHistogram()];
  const [apart, apartService] = [new LatencyHistogram(), new LatencyHistogram()];
  const [own, ownService] = [new LatencyHistogram(), new LatencyHistogram()];
  for (let index = 0; index < made.windows; index++) {
    const startMs = index * made.windowMs;
    const failure = made.failures?.(index) ?? null;
    const failingRoute = failure?.route ?? made.failingRoute ?? 0;
    response.reset();
    service.reset();
    const lines = { response: '', service: '' };
    const routeWindows: RouteWindow[] = [];
    const median = (made.medianMs?.(index) ?? 30) * 1000;
    routes.forEach((_, route) => {
      const answered = Math.round(
        ((made.rateAt?.(index) ?? made.rate) *
          made.windowMs *
          (made.shares?.[route] ?? shareOf(route, routes.length))) /
          1000,
      );
      if (answered === 0) return;
      const stuck = Math.round(answered * (made.stuckShare?.(index) ?? 0));
      const tagged = route === 0 ? (made.apart?.each ?? 0) : 0;
      const quick = answered - stuck - tagged;
      const samples = Math.min(quick, made.samples ?? 200);
      own.reset();
      ownService.reset();
      for (let i = 0; i < samples; i++) {
        // The last sample takes the remainder, so that the sum is exact.
        const times = Math.floor(quick / samples) + (i === samples - 1 ? quick % samples : 0);
        const routeMs = made.routeMedianMs?.(route, index) ?? null;
        const us =
          (routeMs === null ? median * (1 + 0.1 * route) : routeMs * 1000) * Math.exp((made.sigma ?? 0.4) * normal());
        own.recordMany(us, times);
        ownService.recordMany(us * 0.98, times);
      }
      if (made.apart !== undefined && tagged > 0) {
        apart.reset();
        apartService.reset();
        for (let i = 0; i < tagged; i++) {
          const us = made.apart.medianMs * 1000 * Math.exp((made.sigma ?? 0.4) * normal());
          apart.record(us);
          apartService.record(us * 0.98);
        }
        own.add(apart);
        ownService.add(apartService);
        lines.response += line('g0', apart);
        lines.service += line('g0', apartService);
      }
      if (stuck > 0) for (const histogram of [own, ownService]) histogram.recordMany(30_000_000, stuck);
      response.add(own);
      service.add(ownService);
      lines.response += line(`r${route}`, own);
      lines.service += line(`r${route}`, ownService);
      const failed = route === failingRoute ? Math.min(failure?.count ?? 0, answered) : 0;
      routeWindows.push({ route, completed: answered - failed, failed, unsent: 0, bytes: answered * 2400 });
    });
    function line(tag: string, histogram: LatencyHistogram): string {
      return formatInterval({ tag, startSec: startMs / 1000, lengthSec: made.windowMs / 1000, histogram });
    }
    logs.response.push(line('all', response), lines.response);
    logs.service.push(line('all', service), lines.service);
    const failed = routeWindows.reduce((sum, route) => sum + route.failed, 0);
    const completed = response.count - failed;
    const unsent = made.unsent?.(index) ?? 0;
    totals.planned += response.count + unsent;
    totals.unsent += unsent;
    totals.completed += completed;
    totals.failed += failed;
    const { apart: ofTag } = made;
    const failedApart = Math.min(failed, ofTag?.each ?? 0);
    if (failure !== null) {
      const key = `${failure.kind} ${failure.status} ${failingRoute}`;
      const seen = failures.get(key) ?? {
        ...{ ...failure, route: failingRoute, count: 0, atMs: startMs },
        ...(ofTag === undefined ? {} : { group: 0 }),
      };
      seen.count += failed;
      failures.set(key, seen);
    }
    const window: WindowResult = {
      index,
      startMs,
      durationMs: made.windowMs,
      planned: response.count + unsent,
      completed,
      failed,
      unsent,
      bytes: response.count * 2400,
      response: figures(response),
      service: figures(service),
      generatorLatenessP99Ms: 3.1,
      targetWaitP99Ms: 12,
      starved: 0,
      stallMs: 40,
      generatorCpuCores: 1.2,
      invalid: made.invalid?.(index) ?? null,
    };
    if (failed > 0 && made.failureTimes !== undefined) window.failures = made.failureTimes(index);
    if (made.areUnsentLost === true && unsent > 0) window.lost = unsent;
    const excluded = made.excluded?.(index) ?? null;
    if (excluded !== null) window.excluded = excluded;
    const groups =
      ofTag === undefined
        ? {}
        : { groups: [[0, ofTag.each - failedApart, failedApart, 0, 2400 * ofTag.each] as const] };
    closed.push({ type: 'shakedown.window.closed', data: { window, routes: routeWindows, ...groups } });
  }
  return { logs: { response: logs.response.join(''), service: logs.service.join('') }, totals, failures, closed };
}

function figures(histogram: LatencyHistogram): WindowResult['response'] {
  const ms = (us: number | null) => (us === null ? null : us / 1000);
  const at = (p: number) => ms(histogram.percentile(p));
  return { p50: at(50), p90: at(90), p95: at(95), p99: at(99), p999: at(99.9), max: ms(histogram.max), mean: at(50) };
}
