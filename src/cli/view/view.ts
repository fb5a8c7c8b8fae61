import type { ProgressEvent } from '../../run/progress.ts';

/** Shows a run under way on stderr. */
export interface View {
  onEvent(event: ProgressEvent): void;
  /** A line of its own. */
  say(text: string): void;
  /** Takes away what is only of the moment. */
  end(): void;
}

export interface ViewOptions {
  /** System, version and environment. */
  title: string;
  durationMs: number;
  targetsMs: { strict: number; standard: number };
}
