import type { LiveFigure } from '../../domains/live.ts';
import type { EngineInfo, WindowResult } from '../../model/results.ts';
import type { PanelView, ProgressEvent } from '../../run/progress.ts';

/** What the progress events of a run add up to, as far as a view needs it. */
export interface Progress {
  phase: string;
  engine: EngineInfo | null;
  /** The last window that has closed. */
  window: WindowResult | null;
  elapsedMs: number;
  totalMs: number;
  /** Answered, failures included. */
  done: number;
  failed: number;
  windows: number;
  invalidWindows: number;
  /** Of the last windows, oldest first; null where invalid or empty. */
  p95: (number | null)[];
  /** What the domains show, by domain. */
  panels: Map<string, PanelView>;
  /** Left on the run's disk; null while unknown. */
  freeBytes: number | null;
}

const keptWindows = 400;

export function startProgress(totalMs: number): Progress {
  return {
    phase: '',
    engine: null,
    window: null,
    elapsedMs: 0,
    totalMs,
    done: 0,
    failed: 0,
    windows: 0,
    invalidWindows: 0,
    p95: [],
    panels: new Map(),
    freeBytes: null,
  };
}

/** Takes one event into account. */
export function follow(progress: Progress, event: ProgressEvent): void {
  if (event.kind === 'phase') progress.phase = event.text;
  if (event.kind === 'engine') progress.engine = event.engine;
  if (event.kind === 'panel') progress.panels.set(event.panel.id, event.panel);
  if (event.kind === 'disk') progress.freeBytes = event.freeBytes;
  if (event.kind === 'tick') {
    progress.elapsedMs = event.elapsedMs;
    progress.totalMs = event.totalMs;
    progress.done = event.done;
    progress.failed = event.failed;
  }
  if (event.kind !== 'window') return;
  const { window } = event;
  progress.window = window;
  progress.elapsedMs = event.elapsedMs;
  progress.totalMs = event.totalMs;
  progress.done = event.done;
  progress.failed = event.failed;
  progress.windows++;
  if (window.invalid !== null) progress.invalidWindows++;
  progress.p95.push(window.invalid === null ? window.response.p95 : null);
  if (progress.p95.length > keptWindows) progress.p95.shift();
}

/** Requests a second over a window, sent and planned. */
export function rates(window: WindowResult): { sent: number; planned: number } {
  const seconds = window.durationMs / 1000;
  return seconds > 0
    ? { sent: (window.completed + window.failed) / seconds, planned: window.planned / seconds }
    : { sent: 0, planned: 0 };
}

/** Windows close when every request planned in them is answered: this long after its end, one that is still open is news. */
const staleMs = 5000;

/** What is to be said where the newest window is too old to speak for the moment; null where it is not. */
export function waiting(progress: Progress): string | null {
  const { window, elapsedMs, totalMs } = progress;
  const closedMs = window === null ? 0 : window.startMs + window.durationMs;
  if (elapsedMs >= totalMs) return 'all sent, waiting for the last answers';
  const usualMs = window === null ? staleMs : Math.max(staleMs, 2 * window.durationMs);
  return elapsedMs - closedMs > usualMs ? 'waiting for answers' : null;
}

/** The domains' figures, without those of what is well: there is little room. */
export function shownFigures({ panels }: Progress): { name: string; value: string; state: LiveFigure['state'] }[] {
  return [...panels.values()].flatMap(({ figures }) =>
    figures.flatMap(({ name, value, state }) => (value === null || state === 'pass' ? [] : [{ name, value, state }])),
  );
}
