import type { Artifact } from './artifact.ts';
import type { ErrorKind } from './sample.ts';
import type { Privacy } from './traffic.ts';
import type { GateResult, Interval, ObjectiveResult, Verdict, VerdictWord } from './verdict.ts';

/** Milliseconds. `null` where no request of the kind was measured. */
export interface LatencyFigures {
  p50: number | null;
  p90: number | null;
  p95: number | null;
  p99: number | null;
  p999: number | null;
  max: number | null;
  mean: number | null;
}

/** One window over all routes. Times after the load's start, by planned arrival. */
export interface WindowResult {
  index: number;
  startMs: number;
  durationMs: number;
  planned: number;
  completed: number;
  failed: number;
  /** When the first failure was known, and the planned arrival of the last, ms of the run. Absent: none, or not kept. */
  failures?: { seenMs: number; lastMs: number };
  unsent: number;
  bytes: number;
  response: LatencyFigures;
  service: LatencyFigures;
  /** Lateness caused by the generator, ms. */
  generatorLatenessP99Ms: number;
  /** Waiting caused by the target: an earlier answer of the session came too late, ms. */
  targetWaitP99Ms: number;
  starved: number;
  /** Longest period that began here in which requests were under way and none was answered, ms. */
  stallMs: number;
  /** CPU of the load generator, in cores; null when it could not be read. */
  generatorCpuCores: number | null;
  /** Why the generator, not the target, was the bottleneck here; null: the window counts. */
  invalid: string | null;
  /** The fault that was on, or had just ended: the resilience gate judges the window, and no other. Absent: none. */
  excluded?: string;
  /** Of the unsent: lost with a load generator that died. Absent: none. */
  lost?: number;
}

/** A route's share of a window; `route` is the index in the plan's routes. */
export interface RouteWindow {
  route: number;
  completed: number;
  failed: number;
  unsent: number;
  bytes: number;
}

/** The same as a journal holds it: route, completed, failed, unsent, bytes. */
export type PackedRouteWindow = readonly [
  route: number,
  completed: number,
  failed: number,
  unsent: number,
  bytes: number,
];

export interface RouteResult {
  method: string;
  route: string;
  planned: number;
  completed: number;
  failed: number;
  unsent: number;
  response: LatencyFigures;
  service: LatencyFigures;
  /** Of the p95 of the response time. */
  p95Interval: Interval | null;
}

export interface FidelityScale {
  binMs: number;
  /** Pearson correlation of planned and sent counts a bin. */
  correlation: number | null;
  /** Variance ÷ mean of sent counts, divided by that of planned counts; 1 between those and 1, what arrivals by chance have. */
  dispersionRatio: number | null;
}

export interface FidelityResult {
  /** 0…100, how it is made up is in `parts`. */
  score: number | null;
  parts: { name: string; score: number; weight: number; detail: string }[];
  scales: FidelityScale[];
  plannedRequests: number;
  sentRequests: number;
  /** Share of sent requests whose route mix equals the planned, 0…1 (1 − total variation distance). */
  routeMix: number | null;
  /** Share of sessions whose requests were sent in planned order, 0…1. */
  sessionOrder: number | null;
  /** Share of answers with the recorded status, 0…1; null when the recording has none. */
  statusParity: number | null;
  latenessMs: { p50: number | null; p99: number | null; max: number | null };
  /** Against the recording; absent in results of earlier versions. */
  recording?: {
    /** Of planned moments and sent counts. */
    scales: FidelityScale[];
    /** Share of the recording's requests that were planned, 0…1: what was left out by method, host or kind is missing. */
    kept: number | null;
    /** Share of sent requests whose route mix equals the recorded, 0…1. */
    mix: number | null;
  };
}

export interface ErrorGroup {
  kind: ErrorKind;
  status: number;
  /** `GET /products/:id` */
  route: string;
  count: number;
  firstAtMs: number;
  lastAtMs: number;
  /** One example as the engine said it; may hold anything, so escape it. */
  message: string;
}

export interface EngineInfo {
  name: 'k6' | 'autocannon';
  version: string;
  /** `shakedown`: k6 with our output compiled in; `stock`: any other k6; `embedded`: autocannon. */
  build: 'shakedown' | 'stock' | 'embedded';
  /** False on the fallback engine: no certificate can rest on this run. */
  certifiable: boolean;
  /** What the reader must know about this engine; null when nothing. */
  note: string | null;
}

export interface HostInfo {
  cpus: number;
  /** As the system names it; absent: it does not, or the run is of an earlier version. */
  cpuModel?: string;
  memoryBytes: number;
  platform: string;
  node: string;
}

export interface Program {
  name: string;
  version: string;
  /** Where it came from: `PATH`, `cache`, `built from source`, … */
  origin: string;
}

export interface RecordingInfo {
  name: string;
  requests: number;
  sessions: number;
  durationMs: number;
  timeResolutionMs: number;
  privacy: Privacy;
  /** The user said the raw recording is theirs to use. */
  declaredOwn: boolean;
  notReplayable: { kind: string; count: number }[];
}

/** A period of the timeline: a fault, a deployment, an alert, a UAT run, or a period that was not measured. */
export interface TimelineBand {
  lane: 'faults' | 'deployments' | 'alerts' | 'uat' | 'info' | 'invalid' | 'gap';
  startMs: number;
  endMs: number;
  label: string;
  state: 'pass' | 'fail' | 'inconclusive' | 'info';
}

export interface TimelinePoint {
  /** Start of the bucket. */
  atMs: number;
  ratePerSecond: number;
  plannedRatePerSecond: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  errorPercent: number | null;
  invalid: boolean;
}

/** What every run leaves, whatever it did. */
export interface RunSummary {
  id: string;
  command: string;
  /** Which try at the same validation of the same candidate in the same environment this is, from 1. */
  attempt: number;
  startedAt: string;
  /** When the load began: zero of the timeline and of all `…Ms` times; null: never, or unknown. */
  loadStartedAt: string | null;
  endedAt: string | null;
  plannedMs: number;
  coveredMs: number;
  /** Why it ended before its time; null: it ran to the end. */
  interrupted: string | null;
  /** It was still at work when this was made: all of it is what was measured so far. */
  isRunning?: true;
}

/** The files that a run's verdict rests on. */
export interface EvidenceSummary {
  files: number;
  bytes: number;
  /** SHA-256 of `manifest.json`, which holds that of every file; null: there is none. */
  manifestSha256: string | null;
}

/** The policy that gives the words READY and NOT READY their meaning. */
export interface AppliedPolicy {
  name: string;
  title: string;
  /** Gates it names, whether this run judged them or not. */
  gates: string[];
  /** Evidence for a gate that is older counts no more, where runs are judged together; a gate without has no limit. */
  maxAgeHours: Record<string, number>;
  /** As its author counts. Absent, as the next two are, in results of earlier versions. */
  version?: number;
  /** `sha256:…` of all that it says, whatever order it says it in. */
  digest?: string;
  /** Where it asks for less than the whole stage, a few words each. */
  weaker?: string[];
  /** SHA-256 of the policy's file; absent: the run is of an earlier version, or of a policy that is in no file. */
  sha256?: string;
  /** It is one gate of a policy that names others too: nothing is said of those. */
  isOneGate?: boolean;
}

/**
 * What each domain found, by the domain's id. A domain adds its own where it declares it:
 * `declare module '../../model/results.ts' { interface Sections { chaos: ChaosResult } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: domains add to it
export interface Sections {}

/** `results.json`: the one model that every report is rendered from. Plain JSON, no dates but ISO strings. */
export interface Results {
  format: 'shakedown.results/2';
  run: RunSummary;
  candidate: { name: string; version: string; baselineVersion: string | null; artifacts: Artifact[] };
  environment: { name: string; targetUrl: string };
  verdict: Verdict;
  /** PASSED, FAILED or INCONCLUSIVE of the gates below; READY and NOT READY under a policy only. */
  word: VerdictWord;
  policy: AppliedPolicy | null;
  /** One sentence that names the cause in plain words. */
  sentence: string;
  /** What is missing, in plain words. */
  missing: string[];
  /** Those that the command judged. */
  gates: GateResult[];
  /** Worst first. */
  objectives: ObjectiveResult[];
  timeline: { bucketMs: number; points: TimelinePoint[]; bands: TimelineBand[] };
  programs: Program[];
  host: HostInfo;
  evidence: EvidenceSummary;
  warnings: string[];
  /** A domain that has nothing to say in this run is absent. */
  sections: Partial<Sections>;
}
