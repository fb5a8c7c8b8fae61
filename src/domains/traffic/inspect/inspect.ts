import type { RecordedSession, RecordingManifest } from '../../../model/traffic.ts';
import { readManifest, readSessions } from '../recording.ts';
import { ArrivalBins } from './arrival-bins.ts';
import { LogHistogram } from './log-histogram.ts';
import { RateCurve } from './rate-curve.ts';
import { type RouteFigures, RouteTable } from './route-table.ts';

/** Median, 95th percentile and largest; null where nothing was recorded. */
export interface Spread {
  p50: number | null;
  p95: number | null;
  max: number | null;
}

/** What a recording holds. Percentiles are within 0.5 %. */
export interface Inspection {
  name: string;
  /** ISO 8601; null when unknown. */
  startedAt: string | null;
  durationMs: number;
  timeResolutionMs: number;
  sessions: number;
  requests: number;
  privacy: 'raw' | 'anonymized';
  sources: RecordingManifest['sources'];
  notReplayable: RecordingManifest['notReplayable'];
  rate: {
    /** At most 120 buckets from the recording's start. */
    bucketMs: number;
    /** Requests a second in each bucket. */
    perSecond: number[];
    averagePerSecond: number;
    /** Requests in the fullest second. */
    peakPerSecond: number;
    peakAtMs: number;
    /** Variance ÷ mean of counts at 10 ms, 100 ms and 1 s: 1 as from independent users, more when bursty. */
    dispersion: { binMs: number; value: number | null }[];
    /** Peak or dispersion come from evenly spaced periods, as the recording is too long to count in full. */
    sampled: boolean;
  };
  /** Most requested first. */
  routes: RouteFigures[];
  statuses: { status: number | null; requests: number }[];
  methods: { method: string; requests: number }[];
  sessionRequests: Spread;
  sessionSeconds: Spread;
  /** From one request's end (or start, where durations were not recorded) to the next one's start, in a session. */
  thinkMs: Spread;
  /** Sum of recorded response sizes. */
  responseBytes: number;
  /** Shares (0–1) of requests with… */
  shares: { requestBody: number; responseBody: number; status: number; duration: number };
}

const maxNames = 200;

/** Counts by name; past the cap a name is counted as `other`, so that hostile input cannot make it large. */
function countUp<T>(counts: Map<T, number>, name: T, other: T): void {
  const key = counts.has(name) || counts.size < maxNames ? name : other;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function spread(histogram: LogHistogram, round: (value: number) => number): Spread {
  const rounded = (value: number | null) => (value === null ? null : round(value));
  return { p50: rounded(histogram.quantile(0.5)), p95: rounded(histogram.quantile(0.95)), max: rounded(histogram.max) };
}

function toThousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}

class Inspector {
  readonly #bins: ArrivalBins[];
  readonly #curve: RateCurve;
  readonly #routes = new RouteTable();
  readonly #statuses = new Map<number | null, number>();
  readonly #methods = new Map<string, number>();
  readonly #sessionRequests = new LogHistogram();
  readonly #sessionSeconds = new LogHistogram();
  readonly #thinks = new LogHistogram();
  #requests = 0;
  #responseBytes = 0;
  #requestBodies = 0;
  #responseBodies = 0;
  #withStatus = 0;
  #withDuration = 0;

  constructor(durationMs: number) {
    this.#bins = [10, 100, 1000].map((binMs) => new ArrivalBins(durationMs, binMs));
    this.#curve = new RateCurve(durationMs);
  }

  add({ startMs, requests }: RecordedSession): void {
    this.#sessionRequests.add(requests.length);
    this.#sessionSeconds.add((requests.at(-1)?.offsetMs ?? 0) / 1000);
    let idleFromMs: number | undefined;
    for (const request of requests) {
      const atMs = startMs + request.offsetMs;
      for (const bins of this.#bins) bins.add(atMs);
      this.#curve.add(atMs);
      this.#routes.add(request);
      countUp(this.#statuses, request.status ?? null, null);
      countUp(this.#methods, request.method, '(other)');
      if (idleFromMs !== undefined) this.#thinks.add(Math.max(0, request.offsetMs - idleFromMs));
      idleFromMs = Math.max(idleFromMs ?? 0, request.offsetMs + (request.durationMs ?? 0));
      this.#requests++;
      this.#responseBytes += request.responseBytes ?? 0;
      if (request.body !== undefined) this.#requestBodies++;
      if (request.response?.body !== undefined) this.#responseBodies++;
      if (request.status !== undefined) this.#withStatus++;
      if (request.durationMs !== undefined) this.#withDuration++;
    }
  }

  result(manifest: RecordingManifest): Inspection {
    const { name, startedAt, durationMs, timeResolutionMs, sessions, sources, notReplayable } = manifest;
    const requests = this.#requests;
    const share = (part: number) => (requests === 0 ? 0 : part / requests);
    const seconds = this.#bins.at(-1);
    const peak = seconds?.peak() ?? { count: 0, atMs: 0 };
    return {
      name,
      startedAt,
      durationMs,
      timeResolutionMs,
      sessions,
      requests,
      privacy: manifest.privacy.state,
      sources,
      notReplayable,
      rate: {
        ...this.#curve.result(),
        averagePerSecond: requests / Math.max(1, durationMs / 1000),
        peakPerSecond: peak.count,
        peakAtMs: peak.atMs,
        dispersion: this.#bins.map((bins) => ({ binMs: bins.binMs, value: bins.dispersion() })),
        sampled: this.#bins.some(({ sampled }) => sampled),
      },
      routes: this.#routes.result(),
      statuses: [...this.#statuses]
        .map(([status, count]) => ({ status, requests: count }))
        .sort((a, b) => b.requests - a.requests),
      methods: [...this.#methods]
        .map(([method, count]) => ({ method, requests: count }))
        .sort((a, b) => b.requests - a.requests),
      sessionRequests: spread(this.#sessionRequests, Math.round),
      sessionSeconds: spread(this.#sessionSeconds, toThousandths),
      thinkMs: spread(this.#thinks, toThousandths),
      responseBytes: this.#responseBytes,
      shares: {
        requestBody: share(this.#requestBodies),
        responseBody: share(this.#responseBodies),
        status: share(this.#withStatus),
        duration: share(this.#withDuration),
      },
    };
  }
}

/**
 * Reads a recording once and says what is in it. Memory does not grow with its length.
 * @throws ShakedownError TRAFFIC_NOT_FOUND, TRAFFIC_FORMAT
 */
export async function inspectRecording(folder: string, { signal }: { signal?: AbortSignal } = {}): Promise<Inspection> {
  const manifest = await readManifest(folder);
  const inspector = new Inspector(manifest.durationMs);
  for await (const session of readSessions(folder, manifest)) {
    signal?.throwIfAborted();
    inspector.add(session);
  }
  return inspector.result(manifest);
}
