import { join } from 'node:path';
import type { RunFacts } from '../../../model/run-facts.ts';
import { LatencyHistogram } from '../../../stats/histogram.ts';
import { decodeHistogramInto } from '../../../stats/payload.ts';
import { inMs } from '../../../stats/rounding.ts';
import { busiestRoutes } from '../busiest-routes.ts';
import { mergeLengths } from '../windows/merging.ts';
import { type LoggedWindows, readWindows } from '../windows/read.ts';

/** Points of a series at the most: a comparison needs no more, and a baseline stays small. */
const pointsAtMost = 288;
/** Windows close in order. */
const pointsOpenAtMost = 2;

/** Figures of one route, or of `all`, by point; arrays of the same length. Times in ms. */
export interface WindowSeries {
  /** `all`, or `GET /products/:id`. */
  subject: string;
  /** Place of the point in the run, in units of `pointMs`. */
  at: number[];
  count: number[];
  mean: number[];
  p50: number[];
  p95: number[];
  p99: number[];
  /** Failures by point; of `all` only. */
  errors?: number[];
}

type Timed = Pick<RunFacts, 'started' | 'engine' | 'windows'>;

/** How long the points of a run's series are, ms. */
export function pointLengthMs(facts: Timed): number {
  const windowMs = windowLengthOf(facts);
  const windows = Math.ceil(facts.started.durationMs / windowMs);
  return windowMs * Math.max(1, Math.ceil(windows / pointsAtMost));
}

/** The same for its routes: no finer than what their windows are merged to (src/load/windows/merging.ts); a multiple of the former. */
export function routePointLengthMs(facts: Timed): number {
  const pointMs = pointLengthMs(facts);
  const { routes } = mergeLengths(facts.started.durationMs, windowLengthOf(facts)).response;
  return pointMs * Math.max(1, Math.ceil(routes / pointMs));
}

function windowLengthOf(facts: Timed): number {
  return facts.engine?.windowMs ?? facts.windows[0]?.durationMs ?? 1000;
}

/**
 * The response times of a run, point by point, of all requests and of its busiest routes; windows merged exactly, invalid ones left out.
 * Of the last point, which may be short, only a whole one is kept.
 */
export async function windowSeries(facts: RunFacts): Promise<WindowSeries[]> {
  const windowMs = windowLengthOf(facts);
  const [pointMs, routePointMs] = [pointLengthMs(facts), routePointLengthMs(facts)];
  const perPoint = Math.round(pointMs / windowMs);
  const counting = new Set(facts.judged.windows.map(({ index }) => index));
  const errors = new Map<number, number>();
  for (const { index, failed } of facts.judged.windows) {
    const at = Math.floor(index / perPoint);
    errors.set(at, (errors.get(at) ?? 0) + failed);
  }
  const ofAll = new Points(1, new Map([['all', 'all']]), Math.floor(facts.started.durationMs / pointMs));
  const shown = new Map<string, string>();
  for (const index of busiestRoutes(facts).shown) {
    const route = facts.plan?.plan.routes[index];
    if (route !== undefined) shown.set(`r${index}`, `${route.method} ${route.route}`);
  }
  const every = Math.round(routePointMs / pointMs);
  const ofRoutes = new Points(every, shown, Math.floor(facts.started.durationMs / routePointMs));
  // Damage to the log is reported where it is judged.
  for await (const logged of readWindows(join(facts.folder, 'windows'), 'response', windowMs, () => {})) {
    const counts = logged.counts ?? counting.has(logged.first);
    if (counts) (logged.tag === 'all' ? ofAll : ofRoutes).add(Math.floor(logged.first / perPoint), logged);
  }
  const withErrors = (all: WindowSeries) => ({ ...all, errors: all.at.map((at) => errors.get(at) ?? 0) });
  return [...ofAll.finish().map(withErrors), ...ofRoutes.finish()];
}

/** Gathers series whose points follow one another, with few of them in memory. */
class Points {
  #every: number;
  #subjects: ReadonlyMap<string, string>;
  #whole: number;
  #open = new Map<number, Map<string, LatencyHistogram>>();
  #series = new Map<string, WindowSeries>();
  #closed = -1;

  /** @param every places that make one point; @param subjects by tag; @param whole how many points are kept */
  constructor(every: number, subjects: ReadonlyMap<string, string>, whole: number) {
    this.#every = every;
    this.#subjects = subjects;
    this.#whole = whole;
  }

  add(place: number, { tag, payload }: LoggedWindows): void {
    const point = Math.floor(place / this.#every);
    if (!this.#subjects.has(tag) || point >= this.#whole || point <= this.#closed) return;
    const histograms = this.#open.get(point) ?? new Map<string, LatencyHistogram>();
    this.#open.set(point, histograms);
    const histogram = histograms.get(tag) ?? new LatencyHistogram();
    histograms.set(tag, histogram);
    try {
      decodeHistogramInto(payload, histogram);
    } catch {
      return;
    }
    if (this.#open.size > pointsOpenAtMost) this.#close(Math.min(...this.#open.keys()));
  }

  /** In the order of the subjects. */
  finish(): WindowSeries[] {
    for (const point of [...this.#open.keys()].sort((a, b) => a - b)) this.#close(point);
    return [...this.#subjects.keys()].map((tag) => this.#series.get(tag)).filter((one) => one !== undefined);
  }

  #close(point: number): void {
    for (const [tag, histogram] of this.#open.get(point) ?? []) {
      const subject = this.#subjects.get(tag) ?? tag;
      const one = this.#series.get(tag) ?? { subject, at: [], count: [], mean: [], p50: [], p95: [], p99: [] };
      this.#series.set(tag, one);
      addPoint(one, point * this.#every, histogram);
    }
    this.#open.delete(point);
    this.#closed = point;
  }
}

function addPoint(series: WindowSeries, at: number, histogram: LatencyHistogram): void {
  if (histogram.count === 0) return;
  series.at.push(at);
  series.count.push(histogram.count);
  series.mean.push(inMs(histogram.mean) ?? 0);
  series.p50.push(inMs(histogram.percentile(50)) ?? 0);
  series.p95.push(inMs(histogram.percentile(95)) ?? 0);
  series.p99.push(inMs(histogram.percentile(99)) ?? 0);
}

/** Geometric mean: that of which the change is a ratio. */
export function geometricMean(figures: readonly number[]): number {
  if (figures.length === 0) return 0;
  return Math.exp(figures.reduce((sum, figure) => sum + Math.log(figure), 0) / figures.length);
}
