import type { PlanOptions } from '../../../model/plan.ts';
import type { EngineInfo, FidelityResult, RecordingInfo, RouteResult, WindowResult } from '../../../model/results.ts';
import type { JudgedRun, RunFacts } from '../../../model/run-facts.ts';
import { clusteredPercentileInterval } from '../../../stats/clustered.ts';
import { inMs, thousandths } from '../../../stats/rounding.ts';
import type { GeneratorFigures, LoadSection } from '../section.ts';
import { noCounts } from './fold.ts';
import { figuresOf, type Latencies, LatencySet } from './latencies.ts';

export function routeResult(record: RunFacts, index: number, response: Latencies, service: Latencies): RouteResult {
  const planned = record.plan?.plan.routes[index];
  const { completed, failed, unsent } = record.routes[index]?.all ?? noCounts();
  const { whole: responses, batches } = response.routes.get(index) ?? new LatencySet(0);
  const interval = clusteredPercentileInterval(responses, batches, 95);
  return {
    method: planned?.method ?? '',
    route: planned?.route ?? '(unknown route)',
    planned: completed + failed + unsent,
    completed,
    failed,
    unsent,
    response: figuresOf(responses),
    service: figuresOf((service.routes.get(index) ?? new LatencySet(0)).whole),
    p95Interval:
      interval === null || !Number.isFinite(interval.high)
        ? null
        : { low: interval.low / 1000, high: interval.high / 1000, confidence: interval.confidence },
  };
}

/** Every request of the windows, invalid ones too. */
export function requestTotals(record: RunFacts): LoadSection['requests'] {
  const totals = { planned: 0, sent: 0, completed: 0, failed: 0, unsent: 0, bytes: 0 };
  for (const window of record.windows) {
    totals.planned += window.planned;
    totals.completed += window.completed;
    totals.failed += window.failed;
    totals.unsent += window.unsent;
    totals.bytes += window.bytes;
  }
  const ended = record.loadEnded;
  // What ended a run that was resumed accounts for its last part only.
  if (ended !== null && record.parts.length < 2) Object.assign(totals, ended.accounting);
  // The sums of a harness that was killed end with its last checkpoint; what its windows counted was sent too.
  const counted = totals.completed + totals.failed;
  const { sentRequests = counted } = record.fidelity ?? {};
  totals.sent = record.parts.length < 2 ? sentRequests : Math.max(sentRequests, counted);
  return totals;
}

/** Requests a second answered as they should, over the time that counts. */
export function averageRate({ inTime, durationMs }: JudgedRun): number | null {
  if (durationMs <= 0) return null;
  return thousandths((1000 * inTime.reduce((sum, window) => sum + window.completed, 0)) / durationMs);
}

/** Highest rate of a window, of those of full length: a short last one can show any rate. */
export function peakRate(judged: JudgedRun): number | null {
  const full = judged.windows[0]?.durationMs ?? 0;
  let peak: number | null = null;
  for (const { completed, durationMs } of judged.windows) {
    if (durationMs >= full) peak = Math.max(peak ?? 0, (1000 * completed) / durationMs);
  }
  return peak === null ? null : thousandths(peak);
}

export function generatorFigures(record: RunFacts, judged: JudgedRun): GeneratorFigures {
  const { windows } = record;
  const cores = windows.map((window) => window.generatorCpuCores).filter((found) => found !== null);
  const lateness = record.fidelity?.latenessMs;
  const highest = (figures: readonly number[]) =>
    figures.length === 0 ? null : figures.reduce((most, figure) => Math.max(most, figure), 0);
  return {
    windows: windows.length,
    invalidWindows: judged.invalidWindows,
    windowMs: record.engine?.windowMs ?? windows[0]?.durationMs ?? 0,
    latenessP50Ms: lateness?.p50 ?? null,
    // Without the sum over the run, its worst window bounds it.
    latenessP99Ms: lateness?.p99 ?? highest(windows.map((window) => window.generatorLatenessP99Ms)),
    latenessMaxMs: lateness?.max ?? null,
    targetWaitP99Ms: highest(windows.map((window) => window.targetWaitP99Ms)),
    starved: windows.reduce((sum, window) => sum + window.starved, 0),
    virtualUsers: record.engine?.virtualUsers ?? 0,
    cpuCoresMean: cores.length === 0 ? null : thousandths(cores.reduce((sum, core) => sum + core, 0) / cores.length),
    cpuCoresMax: highest(cores),
    longestStallMs: highest(windows.map((window) => window.stallMs ?? 0)),
  };
}

export function noFidelity(requests: LoadSection['requests'], windows: readonly WindowResult[]): FidelityResult {
  const worst = windows.reduce((most, window) => Math.max(most, window.generatorLatenessP99Ms), 0);
  return {
    score: null,
    parts: [],
    scales: [],
    plannedRequests: requests.planned,
    sentRequests: requests.sent,
    routeMix: null,
    sessionOrder: null,
    statusParity: null,
    latenessMs: { p50: null, p99: windows.length === 0 ? null : inMs(worst * 1000), max: null },
  };
}

/** Of a run cut off before there was one. */
export const noEngine: EngineInfo = {
  name: 'k6',
  version: 'unknown',
  build: 'stock',
  certifiable: false,
  note: 'The run was cut off before an engine was started.',
};

export const noRecording: RecordingInfo = {
  name: 'unknown',
  requests: 0,
  sessions: 0,
  durationMs: 0,
  timeResolutionMs: 0,
  privacy: { state: 'raw' },
  declaredOwn: false,
  notReplayable: [],
};

export const noPlanOptions: PlanOptions = {
  mode: 'recorded',
  durationMs: 0,
  scale: 1,
  speed: 1,
  shape: { kind: 'flat', points: [] },
  seed: 0,
  writes: 'safe',
};
