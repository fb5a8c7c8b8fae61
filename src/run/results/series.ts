import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LatencyHistogram } from '../../stats/histogram.ts';
import { readPackedLog } from '../../stats/hlog.ts';
import { decodeHistogramInto } from '../../stats/payload.ts';
import type { RunRecord } from './fold.ts';
import { isJudged } from './is-judged.ts';
import { inMs } from './latencies.ts';
import { busiestRoutes } from './parts.ts';

/** Points of a series at the most: a comparison needs no more, and a baseline stays small. */
const pointsAtMost = 288;
/** Windows of two relayed generators may close out of turn, by a few at the most. */
const pointsOpenAtMost = 4;

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

/** How long the points of a run's series are. */
export function pointLengthMs(record: RunRecord): number {
  const windowMs = record.engine?.windowMs ?? record.windows[0]?.durationMs ?? 1000;
  const windows = Math.ceil(record.started.durationMs / windowMs);
  return windowMs * Math.max(1, Math.ceil(windows / pointsAtMost));
}

/**
 * The response times of a run, point by point, of all requests and of its busiest routes; windows merged exactly, void ones left out.
 * Of the last point, which may be short, only a whole one is kept.
 */
export async function windowSeries(runFolder: string, record: RunRecord): Promise<WindowSeries[]> {
  const log = join(runFolder, 'windows', 'response.hlog');
  if (!existsSync(log)) return [];
  const windowMs = record.engine?.windowMs ?? record.windows[0]?.durationMs ?? 1000;
  const perPoint = Math.round(pointLengthMs(record) / windowMs);
  const whole = Math.floor(record.started.durationMs / (windowMs * perPoint));
  const counting = new Set(record.windows.filter(isJudged).map(({ index }) => index));
  const shown = new Map<string, string>([['all', 'all']]);
  for (const index of busiestRoutes(record).shown) {
    const route = record.plan?.plan.routes[index];
    if (route !== undefined) shown.set(`r${index}`, `${route.method} ${route.route}`);
  }
  const errors = new Map<number, number>();
  for (const window of record.windows) {
    const { index, failed } = window;
    const at = Math.floor(index / perPoint);
    if (isJudged(window)) errors.set(at, (errors.get(at) ?? 0) + failed);
  }
  const series = new Map<string, WindowSeries>();
  const open = new Map<number, Map<string, LatencyHistogram>>();
  const flush = (at: number) => {
    for (const [tag, histogram] of open.get(at) ?? []) {
      const subject = shown.get(tag) ?? tag;
      const one: WindowSeries = series.get(tag) ?? {
        ...{ subject, at: [], count: [], mean: [], p50: [], p95: [], p99: [] },
        ...(tag === 'all' ? { errors: [] } : {}),
      };
      series.set(tag, one);
      addPoint(one, at, histogram);
      one.errors?.push(errors.get(at) ?? 0);
    }
    open.delete(at);
  };
  let flushed = -1;
  for await (const { tag, startSec, payload } of readPackedLog(log, () => {})) {
    const index = Math.round((startSec * 1000) / windowMs);
    const at = Math.floor(index / perPoint);
    if (!counting.has(index) || !shown.has(tag) || at >= whole || at <= flushed) continue;
    const point = open.get(at) ?? new Map<string, LatencyHistogram>();
    open.set(at, point);
    const histogram = point.get(tag) ?? new LatencyHistogram();
    point.set(tag, histogram);
    try {
      decodeHistogramInto(payload, histogram);
    } catch {
      continue; // what could be read of the log is told of where it is judged
    }
    if (open.size > pointsOpenAtMost) {
      flushed = Math.min(...open.keys());
      flush(flushed);
    }
  }
  for (const at of [...open.keys()].sort((a, b) => a - b)) flush(at);
  return [...shown.keys()].map((tag) => series.get(tag)).filter((one) => one !== undefined);
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
