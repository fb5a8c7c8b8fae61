import type { RecordedRequest } from '../../../model/traffic.ts';
import { LogHistogram } from './log-histogram.ts';

const maxRoutes = 1000;

/** Figures of one method and route. */
export interface RouteFigures {
  method: string;
  route: string;
  requests: number;
  /** Of all requests, 0–1. */
  share: number;
  /** Requests by class of their recorded status; `none` where it is unknown. */
  statuses: { '1xx': number; '2xx': number; '3xx': number; '4xx': number; '5xx': number; none: number };
  /** Recorded response times in milliseconds; null where none was recorded. */
  durationMs: { p50: number; p95: number; p99: number } | null;
  responseBytes: number;
}

interface Row extends RouteFigures {
  durations: LogHistogram;
}

function statusClass(status: number | undefined): keyof RouteFigures['statuses'] {
  if (status === undefined) return 'none';
  if (status < 200) return '1xx';
  if (status < 300) return '2xx';
  if (status < 400) return '3xx';
  return status < 500 ? '4xx' : '5xx';
}

function durationsOf(histogram: LogHistogram): RouteFigures['durationMs'] {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => histogram.quantile(share));
  if (p50 == null || p95 == null || p99 == null) return null;
  const round = (value: number) => Math.round(value * 1000) / 1000;
  return { p50: round(p50), p95: round(p95), p99: round(p99) };
}

/** Counts by route; past 1,000 of them in `(other)`. */
export class RouteTable {
  readonly #rows = new Map<string, Row>();
  #requests = 0;

  add(request: RecordedRequest): void {
    this.#requests++;
    const row = this.#rowOf(request.method, request.route);
    row.requests++;
    row.statuses[statusClass(request.status)]++;
    row.responseBytes += request.responseBytes ?? 0;
    if (request.durationMs !== undefined) row.durations.add(request.durationMs);
  }

  result(): RouteFigures[] {
    return [...this.#rows.values()]
      .sort((a, b) => b.requests - a.requests || (a.route < b.route ? -1 : 1))
      .map(({ durations, ...row }) => ({
        ...row,
        share: row.requests / this.#requests,
        durationMs: durationsOf(durations),
      }));
  }

  #rowOf(method: string, route: string): Row {
    const key = `${method} ${route}`;
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    if (this.#rows.size >= maxRoutes && route !== '(other)') return this.#rowOf('*', '(other)');
    const statuses = { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, none: 0 };
    const row = {
      method,
      route,
      requests: 0,
      share: 0,
      statuses,
      durationMs: null,
      responseBytes: 0,
      durations: new LogHistogram(),
    };
    this.#rows.set(key, row);
    return row;
  }
}
