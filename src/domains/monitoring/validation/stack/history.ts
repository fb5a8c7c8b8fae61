import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../../../environment/run-program.ts';
import { exitCodes, ShakedownError } from '../../../../model/error.ts';
import type { PrometheusClient, Series } from './prometheus.ts';

/** As the target's own Prometheus would have scraped it. */
const usualStepS = 15;
/** What is older is told less finely, so that six hours are not six hours of work. */
const fineS = 2100;
const coarseStepS = 60;
const forState = 'ALERTS_FOR_STATE';

/**
 * What was recorded, of the metrics named.
 * @param rangeS how far back, seconds
 */
export async function recorded(
  prometheus: PrometheusClient,
  metrics: readonly string[],
  { atS, rangeS }: { atS: number; rangeS: number },
): Promise<Series[]> {
  const names = [...metrics, forState].map((name) => name.replace(/[^\w:]/g, '.')).join('|');
  return prometheus.samples(`{__name__=~"${names}"}[${Math.ceil(rangeS)}s]`, atS);
}

export interface Jump {
  /** By how much the clock moves on, seconds. */
  readonly byS: number;
  /** The moment of the jump, which is the end of what was recorded; seconds since the epoch. */
  readonly nowS: number;
  /** What is measured as the course of things: so long before the jump, seconds. */
  readonly courseS: number;
  /** Older than this afterwards, seconds: forgotten. By metric, as only some are asked for long ago. */
  readonly keepS: (metric: string) => number;
  /** How much slower than its course a counter goes over the gap; 1: as it went. */
  readonly pace?: number;
  /** Metrics that rules record: they are made again from the others. */
  readonly derived: ReadonlySet<string>;
}

/**
 * History after a jump of the clock: what was recorded lies further in the past, and the gap is filled by the course that things had at the end. Gauges
 * stand still, counters go on at their rate; what had ended stays ended. The last values stay as they are, so that the live series go on from them.
 */
export function jumped(series: readonly Series[], jump: Jump): Series[] {
  const { byS, nowS, courseS, keepS, pace = 1, derived } = jump;
  return series.flatMap((one): Series[] => {
    const name = one.labels.__name__ ?? '';
    const last = one.points.at(-1);
    if (last === undefined) return [];
    const isForState = name === forState;
    const oldestS = nowS - keepS(name);
    const isGone = last[0] < nowS - goneAfterS;
    const goesOn = !isGone && !derived.has(name) && !isForState;
    const rate = goesOn && isCounter(name, one.points) ? pace * slope(one.points, nowS - courseS) : 0;
    // That a series has ended cannot be written into history, only that it ended longer ago than an instant looks back.
    const shiftS = isGone && !isForState ? Math.max(byS, lookbackS - (nowS - last[0])) : byS;
    const before = one.points.map(([atS, value]): [number, number] => {
      if (isForState) return [atS - byS, value - byS];
      return [atS - shiftS, value - rate * byS];
    });
    const gap: [number, number][] = [];
    // An alert that was active stays so over the gap: it had been for longer when the live part begins.
    if (goesOn || (isForState && !isGone)) {
      const held = isForState ? last[1] - byS : last[1];
      for (const atS of steps(Math.max(last[0] - byS, oldestS), nowS)) gap.push([atS, held - rate * (last[0] - atS)]);
    }
    // A Prometheus that takes up an alert adds to its `for` what has gone by since the last sample of it.
    if (isForState && !isGone) gap.push([nowS, last[1] - byS]);
    const points = [...before, ...gap].filter(([atS]) => atS >= oldestS && atS <= nowS);
    return points.length === 0 ? [] : [{ labels: one.labels, points }];
  });
}

/** A series that was not scraped for so long has ended. */
const goneAfterS = 8;
const lookbackS = 305;

/** What comes after what was recorded if things go on as they do: points after `nowS` up to the horizon. */
export function continued(
  series: readonly Series[],
  about: { nowS: number; courseS: number; horizonS: number; derived: ReadonlySet<string> },
): Series[] {
  const { nowS, courseS, horizonS, derived } = about;
  return series.flatMap(({ labels, points }): Series[] => {
    const name = labels.__name__ ?? '';
    const last = points.at(-1);
    if (last === undefined || last[0] < nowS - goneAfterS || derived.has(name) || name === forState) return [];
    const rate = isCounter(name, points) ? slope(points, nowS - courseS) : 0;
    const ahead: [number, number][] = [];
    for (let atS = last[0] + usualStepS; atS <= nowS + horizonS; atS += usualStepS)
      ahead.push([atS, last[1] + rate * (atS - last[0])]);
    return [{ labels, points: ahead }];
  });
}

function isCounter(name: string, points: readonly [number, number][]): boolean {
  if (!/_(total|count|sum|bucket)$/.test(name)) return false;
  return points.every(([, value], at) => at === 0 || value >= (points[at - 1]?.[1] ?? value));
}

/** Per second, over what lies after a moment. */
function slope(points: readonly [number, number][], sinceS: number): number {
  const recent = points.filter(([atS]) => atS >= sinceS);
  const [first, last] = [recent[0], recent.at(-1)];
  if (first === undefined || last === undefined || last[0] <= first[0]) return 0;
  return (last[1] - first[1]) / (last[0] - first[0]);
}

/** Moments between two, both left out: every quarter of a minute of the last half hour, every minute before. */
function* steps(fromS: number, toS: number): Generator<number> {
  for (let atS = fromS; ; ) {
    atS += toS - atS > fineS ? coarseStepS : usualStepS;
    if (atS >= toS - 0.5) return;
    yield atS;
  }
}

/**
 * Writes history into the data of a Prometheus that has not started yet.
 * @param promtool path of the program
 * @param folder that of the Prometheus
 * @throws ShakedownError MONITORING_BACKFILL
 */
export async function backfill(
  promtool: string,
  folder: string,
  series: readonly Series[],
  signal?: AbortSignal,
): Promise<void> {
  if (series.length === 0) return;
  const file = join(folder, 'history.om');
  await mkdir(join(folder, 'data'), { recursive: true });
  await writeFile(file, openMetrics(series));
  const outcome = await runProgram(
    promtool,
    ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, join(folder, 'data')],
    { timeoutMs: 120_000, signal },
  );
  await rm(file, { force: true });
  if (outcome.kind === 'ended' && outcome.code === 0) return;
  const why = outcome.kind === 'failed' ? outcome.reason : outcome.stderr.trim().split('\n').at(-1);
  throw new ShakedownError('MONITORING_BACKFILL', `promtool could not write history: ${why}`, {
    exitCode: exitCodes.inconclusive,
  });
}

/** Series in the OpenMetrics text format, with their times. */
function openMetrics(series: readonly Series[]): string {
  const lines: string[] = [];
  for (const { labels, points } of series) {
    const { __name__: name = '', ...rest } = labels;
    const shown = Object.entries(rest).map(([key, value]) => `${key}="${escaped(value)}"`);
    const head = `${name}${shown.length === 0 ? '' : `{${shown.join(',')}}`}`;
    for (const [atS, value] of points) lines.push(`${head} ${shownNumber(value)} ${atS.toFixed(3)}`);
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function shownNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
