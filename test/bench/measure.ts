import type { K6Program } from '../../src/environment/programs.ts';

/** One line of the table. */
export interface Row {
  measure: string;
  goal: string;
  reached: string;
  /** Null where there is no goal, or nothing was measured. */
  met: boolean | null;
  /** How it was measured, and what the peers reached. */
  how: string;
}

export interface Outcome {
  rows: Row[];
  /** Raw figures, for the JSON file. */
  raw: unknown;
}

/** What became of the requests of one load. */
export interface Account {
  load: string;
  /** Requests of the trace that was replayed, counted where the trace was made. */
  trace: number;
  planned: number;
  completed: number;
  failed: number;
  unsent: number;
}

export interface BenchContext {
  /** Short loads and few repetitions: to see that it works, not to be quoted. */
  quick: boolean;
  k6: K6Program | null;
  /** A folder that is removed at the end. */
  scratch: string;
  /** Filled by every measure that replays, and judged by the measure `accounting`, which is the last. */
  accounts: Account[];
  say(text: string): void;
}

export interface Measure {
  name: string;
  /** It is ended after so long, and has failed: what comes after it is measured all the same. */
  limitMinutes: number;
  /** Too long to be measured with all others: only where it is named. */
  isApart?: boolean;
  run(context: BenchContext): Promise<Outcome>;
}

export function notMeasured(measure: string, goal: string, reason: string): Row {
  return { measure, goal, reached: `not measured: ${reason}`, met: null, how: '' };
}

export interface Goal {
  text: string;
  holds(figure: number): boolean;
}

export const atLeast = (least: number): Goal => ({ text: `≥ ${least}`, holds: (figure) => figure >= least });
export const atMost = (most: number): Goal => ({ text: `≤ ${most}`, holds: (figure) => figure <= most });
export const within = (low: number, high: number): Goal => ({
  text: `${low}–${high}`,
  holds: (figure) => figure >= low && figure <= high,
});

/** A row whose one figure is held against a goal; a figure that is not a number does not meet it. */
export function judged(measure: string, goal: Goal, figure: number, reached: string, how: string): Row {
  return { measure, goal: goal.text, reached, met: Number.isFinite(figure) && goal.holds(figure), how };
}

/** A row beside the goals: a peer, or a figure to read the others by. */
export function beside(measure: string, reached: string, how: string): Row {
  return { measure, goal: '–', reached, met: null, how };
}

/** Three significant digits, without an exponent: 718, 7.18, 0.0718. */
export function short(figure: number | null): string {
  if (figure === null || !Number.isFinite(figure)) return '–';
  const digits = figure === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(figure))));
  return figure.toFixed(Math.min(digits, 6));
}

/** User and system CPU time of this process, its threads included, in seconds. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
