import type { EngineInfo, TimelineBand, WindowResult } from '../../model/results.ts';
import type { Objective } from '../../model/verdict.ts';
import { LatencyHistogram } from '../../stats/histogram.ts';
import type { PanelView, ProgressEvent } from '../progress.ts';
import { Points } from './points.ts';

/** What of a run does not change while it is on. */
export interface LiveRun {
  name: string;
  version: string;
  environment: string;
  durationMs: number;
  objectives: readonly Objective[];
  targetsMs: { strict: number; standard: number };
}

const mostPoints = 360;
const mostMarks = 60;

/** What the events of a run add up to, for those who look at it from outside. Its size does not grow with the run's length. */
export class LiveState {
  readonly run: LiveRun;
  readonly points = new Points(mostPoints);
  /** Of the windows that count, µs. */
  readonly response = new LatencyHistogram();
  /** The last ones, oldest first. */
  readonly marks: TimelineBand[] = [];
  marksLeftOut = 0;
  /** Goes up with every change that a drawing shows. */
  revision = 0;
  id: string | null = null;
  startedAt: string | null = null;
  phase = 'starting';
  engine: EngineInfo | null = null;
  /** The last window that has closed. */
  window: WindowResult | null = null;
  elapsedMs = 0;
  totalMs: number;
  /** Due in the windows that have closed. */
  due = 0;
  /** Answered, failures included. */
  done = 0;
  failed = 0;
  unsent = 0;
  /** Of the windows that count. */
  counted = { answered: 0, failed: 0 };
  windows = 0;
  invalidWindows = 0;
  /** The domains' parts, in the order of the table. */
  panels: readonly PanelView[];
  freeBytes: number | null = null;
  lastWarning: string | null = null;
  outcome: Extract<ProgressEvent, { kind: 'outcome' }> | null = null;

  /** @param panels as they are before anything has happened */
  constructor(run: LiveRun, panels: readonly PanelView[] = []) {
    this.run = run;
    this.panels = panels;
    this.totalMs = run.durationMs;
  }

  /** Takes one event into account. */
  follow(event: ProgressEvent): void {
    switch (event.kind) {
      case 'phase':
        this.phase = event.text;
        break;
      case 'engine':
        this.engine = event.engine;
        break;
      case 'run':
        this.id = event.id;
        break;
      case 'started':
        this.startedAt = event.startedAt;
        break;
      case 'panel':
        this.panels = this.panels.map((panel) => (panel.id === event.panel.id ? event.panel : panel));
        break;
      case 'disk':
        this.freeBytes = event.freeBytes;
        break;
      case 'warning':
        this.lastWarning = event.text;
        break;
      case 'outcome':
        this.outcome = event;
        break;
      case 'mark':
        this.#mark(event.band);
        break;
      case 'tick':
        this.#clock(event);
        break;
      case 'window':
        this.#clock(event);
        this.#window(event.window, event.response);
        break;
    }
  }

  #clock(event: { elapsedMs: number; totalMs: number; done: number; failed: number }): void {
    this.elapsedMs = event.elapsedMs;
    this.totalMs = event.totalMs;
    this.done = event.done;
    this.failed = event.failed;
  }

  #window(window: WindowResult, response: LatencyHistogram | undefined): void {
    this.window = window;
    this.windows++;
    this.unsent += window.unsent;
    this.due += window.planned;
    this.points.add(window);
    this.revision++;
    if (window.invalid !== null) {
      this.invalidWindows++;
      return;
    }
    this.counted.answered += window.completed + window.failed;
    this.counted.failed += window.failed;
    if (response !== undefined) this.response.add(response);
  }

  #mark(band: TimelineBand): void {
    this.marks.push(band);
    if (this.marks.length > mostMarks) {
      this.marks.shift();
      this.marksLeftOut++;
    }
    this.revision++;
  }
}
