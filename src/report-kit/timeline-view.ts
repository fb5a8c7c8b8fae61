import type { Results, TimelineBand, TimelinePoint } from '../model/results.ts';
import type { ChangePoint } from '../model/stability.ts';
import { laneNames } from './chart/lanes.ts';
import { type Charted, mediumLayout, narrowLayout, wideLayout } from './chart/plot.ts';
import type { WorstMoment } from './chart/response-panel.ts';
import { timelineChart, timelineLength } from './chart/timeline.ts';
import { duration, milliseconds, percent, perSecond, plural } from './format.ts';
import type { SvgMarkup } from './svg.ts';
import { shortened } from './text.ts';
import { clock, relative } from './time.ts';

export interface PeriodRow {
  from: string;
  clock: string;
  rate: string;
  planned: string;
  p50: string;
  p95: string;
  p99: string;
  errors: string;
  invalid: string;
}

export interface BandRow {
  lane: string;
  label: string;
  from: string;
  clock: string;
  length: string;
  state: TimelineBand['state'];
}

export interface TimelineView {
  /** One drawing for each width of the page; empty when nothing was measured. */
  charts: SvgMarkup[];
  caption: string;
  /** The same figures for those who do not see the drawing. */
  periods: PeriodRow[];
  periodLength: string;
  bands: BandRow[];
  bandsLeftOut: number;
}

const mostPeriods = 24;
const mostBands = 40;

const highest = (points: readonly TimelinePoint[], key: 'p50' | 'p95' | 'p99' | 'errorPercent'): number | null => {
  const values = points.map((point) => point[key]).filter((value) => value !== null && Number.isFinite(value));
  return values.length === 0 ? null : Math.max(...(values as number[]));
};
const mean = (points: readonly TimelinePoint[], key: 'ratePerSecond' | 'plannedRatePerSecond') =>
  points.reduce((sum, point) => sum + point[key], 0) / points.length;

const startOf = (results: Charted) => results.run.loadStartedAt ?? results.run.startedAt;
const hasSeconds = (results: Charted) => timelineLength(results) < 3_600_000;

/** The bucket with the highest p99 that counts, and the fault, deployment or alert under way then. */
export function worstMoment(results: Charted): WorstMoment | null {
  const { points, bucketMs, bands } = results.timeline;
  let worst: { atMs: number; p99: number } | null = null;
  for (const { atMs, p99, invalid: isInvalid } of points) {
    if (!isInvalid && p99 !== null && Number.isFinite(p99) && p99 > (worst?.p99 ?? 0)) worst = { atMs, p99 };
  }
  if (worst === null) return null;
  const { atMs, p99 } = worst;
  const during = (['faults', 'deployments', 'alerts'] as const)
    .map((lane) => bands.find((band) => band.lane === lane && band.startMs < atMs + bucketMs && band.endMs > atMs))
    .find((band) => band !== undefined);
  const time = clock(startOf(results), atMs, hasSeconds(results));
  const cause = during === undefined ? '' : `, during ${shortened(during.label, 40)}`;
  const isPastTarget = p99 >= Math.max(...results.latencyTargetsMs, 0) && results.latencyTargetsMs.length > 0;
  return { atMs, p99, isPastTarget, label: `p99 ${milliseconds(p99)} at ${time}${cause}` };
}

function periodRows(results: Charted): PeriodRow[] {
  const { points } = results.timeline;
  const size = Math.ceil(points.length / mostPeriods);
  const rows: PeriodRow[] = [];
  for (let index = 0; index < points.length; index += size) {
    const part = points.slice(index, index + size);
    const [first] = part;
    if (first === undefined) break;
    const invalidOnes = part.filter((point) => point.invalid).length;
    rows.push({
      from: relative(first.atMs),
      clock: clock(startOf(results), first.atMs, hasSeconds(results)),
      rate: perSecond(mean(part, 'ratePerSecond')),
      planned: perSecond(mean(part, 'plannedRatePerSecond')),
      p50: milliseconds(highest(part, 'p50')),
      p95: milliseconds(highest(part, 'p95')),
      p99: milliseconds(highest(part, 'p99')),
      errors: percent(highest(part, 'errorPercent')),
      invalid: invalidOnes === 0 ? '' : invalidOnes === part.length ? 'invalid' : 'partly invalid',
    });
  }
  return rows;
}

function bandRow(results: Charted, band: TimelineBand): BandRow {
  return {
    lane: laneNames[band.lane],
    label: shortened(band.label, 160),
    from: relative(band.startMs),
    clock: clock(startOf(results), band.startMs, true),
    length: duration(band.endMs - band.startMs),
    state: band.state,
  };
}

/** What domains know of the timeline beside its points and bands. */
export interface TimelineMarks {
  /** Targets of the response time. */
  latencyTargetsMs?: readonly number[];
  /** Target of the share of requests that fail. */
  errorTargetPercent?: number | null;
  /** Levels that changed for good, in order of time. */
  changes?: readonly ChangePoint[];
}

/** A run as its timeline is drawn. */
export function chartedRun({ run, timeline }: Results, marks: TimelineMarks): Charted {
  const { latencyTargetsMs = [], errorTargetPercent = null } = marks;
  return { run, timeline, latencyTargetsMs, errorTargetPercent };
}

/** The run on one clock: response time, load, failures, and what was done to the target. */
export function timelineView(results: Charted, changes: readonly ChangePoint[] = []): TimelineView {
  const { points, bands, bucketMs } = results.timeline;
  const worst = worstMoment(results);
  const hasFigures = points.length > 0 && timelineLength(results) > 0;
  const said = [
    `${plural(points.length, 'point')} of ${duration(bucketMs)} each.`,
    worst === null ? 'No response was measured.' : `Worst moment: ${worst.label}.`,
    bands.length === 0 ? 'No events.' : `${plural(bands.length, 'event')}.`,
    ...(changes.length === 0 ? [] : [`${plural(changes.length, 'level change')}.`]),
    'The figures are in the table below.',
  ].join(' ');
  const zero = results.run.loadStartedAt == null ? ' Clock times count from the start of the run.' : '';
  return {
    charts: hasFigures
      ? [wideLayout, mediumLayout, narrowLayout].map((layout) => timelineChart(results, layout, worst, said, changes))
      : [],
    caption: `Times in UTC; a point is ${duration(bucketMs)}.${zero}`,
    periods: hasFigures ? periodRows(results) : [],
    periodLength: duration(Math.ceil(points.length / mostPeriods) * bucketMs),
    bands: bands.slice(0, mostBands).map((band) => bandRow(results, band)),
    bandsLeftOut: Math.max(0, bands.length - mostBands),
  };
}
