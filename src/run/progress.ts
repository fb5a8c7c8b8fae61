import type { Overrides } from '../domains/command.ts';
import type { LiveFigure, LiveMetric } from '../domains/live.ts';
import type { LoadProgress } from '../domains/load/public.ts';
import type { ResolvedConfig } from '../model/config.ts';
import type { ExitCode } from '../model/error.ts';
import type { EngineInfo, Results, TimelineBand } from '../model/results.ts';
import type { Verdict, VerdictWord } from '../model/verdict.ts';

/** A domain's part of the live view, as it is now. */
export interface PanelView {
  /** Of the domain. */
  id: string;
  figures: readonly LiveFigure[];
  alarm: string | null;
  metrics: readonly LiveMetric[];
}

/** What a run reports to those who watch it. */
export type ProgressEvent =
  | { kind: 'phase'; text: string }
  | LoadProgress
  | { kind: 'engine'; engine: EngineInfo }
  | { kind: 'run'; id: string }
  /** The run's clock read zero at this moment (ISO 8601). */
  | { kind: 'started'; startedAt: string }
  /** Something that happened, for the timeline. */
  | { kind: 'mark'; band: TimelineBand }
  /** A domain's part of the live view has changed. */
  | { kind: 'panel'; panel: PanelView }
  /** Left on the disk that the run is written to. */
  | { kind: 'disk'; freeBytes: number }
  /** The last event: the run was judged. */
  | { kind: 'outcome'; verdict: Verdict; word: VerdictWord; sentence: string; index: string };

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
  /** Options of what runs beside the load, by their names in code: `chaos`, `uat`. Kept in the run too. */
  companionOptions?: Readonly<Record<string, unknown>>;
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
