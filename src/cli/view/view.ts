import type { ProgressEvent } from '../../run/progress.ts';
import type { Terminal } from '../terminal.ts';
import { liveView } from './live.ts';
import { plainView } from './plain.ts';

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

/** A live block on a terminal; elsewhere a plain line every few seconds or, in long runs, minutes. */
export function createView(terminal: Terminal, options: ViewOptions): View {
  return terminal.live ? liveView(terminal, options) : plainView(terminal, options);
}
