import type { ResolvedConfig } from '../config/resolved.ts';
import type { ExitCode } from '../model/error.ts';
import type { EngineInfo, Results, WindowResult } from '../model/results.ts';

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
    }
  /** A few times a second while the load is on, also when no window closes. */
  | { kind: 'tick'; elapsedMs: number; totalMs: number; done: number; failed: number }
  | { kind: 'warning'; text: string }
  | { kind: 'engine'; engine: EngineInfo };

export interface SimulateOptions {
  config: ResolvedConfig;
  configFile: string | null;
  /** Absolute path of the project. */
  folder: string;
  durationMs: number;
  /** As the user typed it, for the report. */
  command: string;
  /** Fires when the run is to end early; it then ends in order, with a partial report. */
  signal: AbortSignal;
  onEvent(event: ProgressEvent): void;
}

export interface SimulateOutcome {
  results: Results;
  /** The run's folder. */
  folder: string;
  /** Path of index.html. */
  index: string;
  exitCode: ExitCode;
}
