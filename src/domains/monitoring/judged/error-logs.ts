import type { Measurement } from '../../../gate/measurement.ts';
import type { Metric } from '../../../gate/metric.ts';
import { duration, figure, grouped } from '../../../gate/words.ts';
import type { Results } from '../../../model/results.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { Interval } from '../../../model/verdict.ts';
import { timesAsMany } from '../../../stats/clustered.ts';
import { poissonInterval, proportionInterval } from '../../../stats/intervals.ts';
import { lengthMs } from '../../../stats/periods.ts';
import type { LineCount } from '../../load/public.ts';
import type { Watched } from '../fold.ts';
import type { MonitoringSection } from '../section.ts';

type MonitoringMetric = Metric<Watched, MonitoringSection>;

const minuteMs = 60_000;
/** The first hours that later ones are compared with: a tenth of the run, within these bounds. */
const firstShare = 0.1;
const firstAtLeastMs = 10 * minuteMs;
const firstAtMostMs = 120 * minuteMs;
const unreadAtMost = 0.05;

const sources = (state: Watched) => [...state.checked.keys()].filter((source) => source.startsWith('log '));

/** Why the logs show too little to pass by; undefined: they show enough. */
function unread(state: Watched, { judged }: RunFacts): string | undefined {
  const never = state.logsAsked.find((name) => !state.checked.has(`log ${name}`));
  if (never !== undefined) return `Nothing shows that the log ${never} could be read.`;
  for (const source of sources(state)) {
    const missingMs = lengthMs(state.checked.get(source)?.missing(judged.endMs) ?? []);
    if (missingMs > unreadAtMost * judged.endMs)
      return `The ${source} could not be read for ${duration(missingMs)} of ${duration(judged.endMs)}.`;
  }
  return undefined;
}

function byMinute({ errorLines }: Watched, { judged }: RunFacts): number[] {
  return Array.from({ length: Math.ceil(judged.endMs / minuteMs) }, (_, minute) => errorLines.get(minute) ?? 0);
}

function linesOf({ errorLines }: Watched): number {
  return [...errorLines.values()].reduce((sum, lines) => sum + lines, 0);
}

const nothing: Measurement = { value: null, samples: 0, absent: 'nothing shows that a log could be read' };

/** Error lines a hundred answers; by an interval, for one line in nine hundred answers is no rate. */
export const errorLines: MonitoringMetric = {
  id: 'error_lines',
  words: 'error lines in the logs, of answers',
  shortWords: 'error lines',
  unit: '%',
  cause: 'errors',
  read: ({ state, section, facts }) => {
    const lines = linesOf(state);
    if (lines === 0 && sources(state).length === 0) return nothing;
    const { completed, failed } = facts.judged.counts;
    const answered = completed + failed;
    if (answered === 0) return { value: null, samples: 0, absent: 'no request was answered' };
    const open = unread(state, facts);
    const [worst] = section?.stability?.errorLogs ?? [];
    const percent = (count: number) => (100 * count) / answered;
    // Lines come in clusters: a cluster is one event, however many lines it writes.
    const cluster = Math.max(1, clustering(byMinute(state, facts)));
    const ofCluster = (confidence: number) => poissonInterval(lines / cluster, confidence);
    const interval = (confidence: number): Interval => {
      const { low, high } = ofCluster(confidence);
      return { low: percent(low * cluster), high: percent(high * cluster), confidence };
    };
    return {
      value: percent(lines),
      samples: answered,
      // A log that could be read to its end and has no such line says what it can.
      ...(lines === 0
        ? {}
        : {
            interval,
            // Whenever they were, so many lines are no chance of one bad moment.
            observed: (confidence: number) => ({
              ...interval(confidence),
              low: Math.max(interval(confidence).low, percent(poissonInterval(lines, confidence).low / timesAsMany)),
            }),
          }),
      ...(open === undefined ? {} : { open }),
      ...(worst === undefined || lines === 0
        ? {}
        : {
            note: `${grouped(lines)} error lines in all, most in the log of ${worst.source}: ${worst.example.slice(0, 120)}`,
          }),
    };
  },
};

/** How many times as many error lines a minute there are after the first hours as in them. */
export const errorLineGrowth: MonitoringMetric = {
  id: 'error_line_growth',
  words: 'error lines a minute, against those of the first hours',
  shortWords: 'growth of error lines',
  unit: 'score',
  cause: 'errors',
  read: ({ state, facts }) => {
    const { endMs } = facts.judged;
    if (linesOf(state) === 0 && sources(state).length === 0) return nothing;
    const firstMs = Math.min(Math.max(endMs * firstShare, firstAtLeastMs), firstAtMostMs);
    if (endMs < 3 * firstMs)
      return { value: null, samples: 0, absent: `a run of ${duration(endMs)} has no first hours to compare with` };
    const split = Math.round(firstMs / minuteMs);
    const counts = byMinute(state, facts);
    const minutes = counts.length;
    const sum = (of: readonly number[]) => of.reduce((all, one) => all + one, 0);
    const [before, after] = [sum(counts.slice(0, split)), sum(counts.slice(split))];
    const scale = split / (minutes - split);
    // Lines come in clusters: a cluster is one event, however many lines it writes.
    const cluster = Math.max(1, clustering(counts.slice(split)));
    const open = unread(state, facts);
    return {
      // One line is allowed for where the first hours had none.
      value: (after * scale) / Math.max(before, 1),
      samples: before + after,
      ...(open === undefined ? {} : { open }),
      interval: (confidence) => ratio(before / cluster, after / cluster, scale, confidence),
      observed: (confidence) => ratio(before / cluster, after / cluster, scale, confidence),
      note: `${figure(before / split, 'count')} a minute at first, ${figure(after / (minutes - split), 'count')} after.`,
    };
  },
};

/** How many times as many error lines an answer there are as in the middle one of the earlier runs. */
export const errorLinesBefore: MonitoringMetric = {
  id: 'error_lines_before',
  words: 'error lines an answer, against those of earlier runs',
  shortWords: 'error lines, against before',
  unit: 'score',
  cause: 'errors',
  read: ({ state, facts }) => {
    const lines = linesOf(state);
    if (lines === 0 && sources(state).length === 0) return nothing;
    const { completed, failed } = facts.judged.counts;
    const answered = completed + failed;
    const rate = (one: LineCount) => one.lines / one.answers;
    const before = state.linesBefore.filter(({ answers }) => answers > 0).sort((a, b) => rate(b) - rate(a));
    // Of two, the one with more lines: what an earlier run had too is no change.
    const middle = before[Math.floor((before.length - 1) / 2)];
    if (middle === undefined) return { value: null, samples: 0, absent: 'no earlier run followed its logs' };
    if (answered === 0) return { value: null, samples: 0, absent: 'no request was answered' };
    const scale = middle.answers / answered;
    const cluster = Math.max(1, clustering(byMinute(state, facts)));
    const open = unread(state, facts);
    const interval = (confidence: number) => ratio(middle.lines / cluster, lines / cluster, scale, confidence);
    return {
      // One line is allowed for where the earlier run had none.
      value: (lines * scale) / Math.max(middle.lines, 1),
      samples: lines + middle.lines,
      ...(open === undefined ? {} : { open }),
      interval,
      observed: interval,
      note: `${grouped(lines)} error lines in ${grouped(answered)} answers, ${grouped(middle.lines)} in ${grouped(middle.answers)} before.`,
    };
  },
};

/** Error lines of a run that was judged, for later ones to be compared with; null: no log was followed. */
export function errorLinesOf({ objectives }: Pick<Results, 'objectives'>): LineCount | null {
  const found = objectives.find(({ objective }) => objective.metric === errorLines.id);
  if (found === undefined || found.value === null) return null;
  return { lines: Math.round((found.value * found.samples) / 100), answers: found.samples };
}

/** Variance ÷ mean of counts a minute. */
function clustering(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / Math.max(counts.length, 1);
  if (mean === 0) return 1;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length / mean;
}

/** Interval of the ratio of two rates, from that of the later events' share of all. */
function ratio(before: number, after: number, scale: number, confidence: number): Interval | null {
  const all = before + after;
  if (all < 1) return { low: 0, high: 0, confidence };
  const share = proportionInterval(after, all, confidence);
  if (share === null) return null;
  const of = (value: number) => (value >= 1 ? Number.POSITIVE_INFINITY : (value / (1 - value)) * scale);
  return { low: of(share.low), high: of(share.high), confidence };
}
