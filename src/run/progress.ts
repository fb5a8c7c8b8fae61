import type { Overrides } from '../domains/command.ts';
import type { ResolvedConfig } from '../model/config.ts';
import type { ExitCode } from '../model/error.ts';
import type { EngineInfo, FlatResults, TimelineBand, WindowResult } from '../model/results.ts';
import type { ReadinessWord, Verdict } from '../model/verdict.ts';
import type { LatencyHistogram } from '../stats/histogram.ts';

/** What a run tells whoever watches it. */
export type ProgressEvent =
  | { kind: 'phase'; text: string }
  | {
      kind: 'window';
      window: WindowResult;
      elapsedMs: number;
      totalMs: number;
      /** Of the whole run so far. */
      planned: number;
      /** Answered, failures included. */
      done: number;
      failed: number;
      /** Response times of the window's requests, µs; to be read, not kept. */
      response?: LatencyHistogram;
    }
  /** A few times a second while the load is on, also when no window closes. */
  | { kind: 'tick'; elapsedMs: number; totalMs: number; done: number; failed: number }
  | { kind: 'warning'; text: string }
  | { kind: 'engine'; engine: EngineInfo }
  | { kind: 'run'; id: string }
  /** The run's clock read zero at this moment (ISO 8601). */
  | { kind: 'started'; startedAt: string }
  | { kind: 'health'; up: boolean; detail: string }
  /** Something that happened, for the timeline. */
  | { kind: 'mark'; band: TimelineBand }
  /** How far scenarios are: those of the round, and over the run; `current` null: none is on. */
  | {
      kind: 'uat';
      round: string;
      planned: number;
      inRound: number;
      done: number;
      failed: number;
      flaky: number;
      current: string | null;
    }
  /** Left on the disk that the run is written to. */
  | { kind: 'disk'; freeBytes: number }
  /** The last event: the run was judged. */
  | { kind: 'outcome'; verdict: Verdict; word: ReadinessWord; sentence: string; index: string };

export interface SimulateOptions {
  config: ResolvedConfig;
  configFile: string | null;
  /** Absolute path of the project. */
  folder: string;
  durationMs: number;
  /** Folder of a run to go on with; absent: a new run. */
  resume?: string;
  /** What the command line laid over the configuration: kept in the run, so that it can be resumed. */
  overrides?: Overrides;
  /** k6 processes that share the load; absent: one. Kept in the run too. */
  parallelism?: number;
  /** Run the experiments that it names, or those of the project where it names none; absent: no faults. Kept in the run too. */
  chaos?: readonly string[];
  /** Run these scenarios, by id, tag or role, while the load is on; absent: as the configuration says. Kept in the run too. */
  uat?: readonly string[];
  /** As the user typed it, for the report. */
  command: string;
  /** Fires when the run is to end early; it then ends in order, with a partial report. */
  signal: AbortSignal;
  onEvent(event: ProgressEvent): void;
}

export interface SimulateOutcome {
  results: FlatResults;
  /** The run's folder. */
  folder: string;
  /** Path of index.html. */
  index: string;
  exitCode: ExitCode;
}
