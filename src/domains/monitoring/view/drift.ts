import type { Results } from '../../../model/results.ts';
import type { ChangePoint, TrendResult } from '../../../model/stability.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { type Course, trendSparkline } from '../../../report-kit/chart/sparkline.ts';
import { timelineLength } from '../../../report-kit/chart/timeline.ts';
import { duration, more, plural } from '../../../report-kit/format.ts';
import type { SvgMarkup } from '../../../report-kit/svg.ts';
import { shortened } from '../../../report-kit/text.ts';
import { measured, perHour, slopeInterval } from '../../../report-kit/text-width.ts';
import { clock, relative } from '../../../report-kit/time.ts';
import { wordOf } from '../../../report-kit/verdict.ts';
import type { MonitoringSection } from '../section.ts';

export interface TrendRow {
  verdict: Verdict;
  word: string;
  title: string;
  /** Whose it is, where not the target's. */
  whose: string;
  sentence: string;
  slope: string;
  interval: string;
  ends: string;
  limit: string;
  drawing: SvgMarkup | null;
}

export interface ChangeRow {
  number: string;
  at: string;
  clock: string;
  title: string;
  values: string;
  what: string;
}

export interface DriftView {
  note: string;
  rows: TrendRow[];
  leftOut: string;
  changes: ChangeRow[];
  changesLeftOut: string;
}

const mostTrends = 12;
const mostChanges = 20;
const order: Record<string, number> = { fail: 0, inconclusive: 1, pass: 2 };
const subjects: ReadonlyMap<string, string> = new Map(
  Object.entries({ generator: 'the generator’s', harness: 'Shakedown’s own' }),
);

/** Trends, failing first, the target's before the generator's. */
export function worstTrends(monitoring: MonitoringSection | undefined): TrendResult[] {
  const own = (trend: TrendResult) => (trend.subject === 'target' ? 0 : 1);
  return (monitoring?.stability?.trends ?? []).toSorted(
    (a, b) => (order[a.verdict] ?? 3) - (order[b.verdict] ?? 3) || own(a) - own(b),
  );
}

/** Change points in order of time, as they are numbered on the timeline. */
export function changesInOrder(monitoring: MonitoringSection | undefined): ChangePoint[] {
  return (monitoring?.stability?.changePoints ?? [])
    .filter(({ atMs }) => Number.isFinite(atMs))
    .toSorted((a, b) => a.atMs - b.atMs)
    .slice(0, mostChanges);
}

const lines = new Map<string, 'p50' | 'p95' | 'p99' | 'errorPercent'>([
  ['response.p50', 'p50'],
  ['response.p95', 'p95'],
  ['response.p99', 'p99'],
  ['errors', 'errorPercent'],
]);

/** The figures that a trend was fitted to: a watched series, or a line of the timeline. */
function courseOf(results: Results, id: string): Course | null {
  const watched = results.sections.monitoring?.resources.find(({ metric }) => metric.id === id);
  if (watched !== undefined) return watched;
  const { points, bucketMs } = results.timeline;
  const key = lines.get(id);
  if (key === undefined) return null;
  return { startMs: points[0]?.atMs ?? 0, stepMs: bucketMs, values: points.map((point) => point[key]) };
}

function trendRow(results: Results, trend: TrendResult, lengthMs: number): TrendRow {
  const { unit, verdict } = trend;
  const reached = trend.limitReachedInMs;
  return {
    verdict,
    word: wordOf(verdict),
    title: shortened(trend.title, 80),
    whose: subjects.get(trend.subject) ?? '',
    // A passed row speaks through its figures.
    sentence: verdict === 'pass' ? '' : shortened(trend.sentence, 300),
    slope: perHour(trend.slopePerHour, unit),
    interval: slopeInterval(trend.interval, unit),
    ends: `${measured(trend.startValue, unit)} → ${measured(trend.endValue, unit)}`,
    limit: limitWords(trend, reached),
    drawing: trendSparkline(courseOf(results, trend.id), trend, lengthMs, verdict),
  };
}

function limitWords({ limit, unit }: TrendResult, reachedInMs: number | null): string {
  if (limit === null) return '';
  const end = measured(limit, unit);
  return reachedInMs === null ? `${end} not in sight` : `${end} in ${longTime(reachedInMs)}`;
}

/** Days where hours would be many: `9 days`. */
function longTime(ms: number): string {
  const days = ms / 86_400_000;
  return days < 2 ? duration(ms) : days > 3650 ? 'over 10 years' : plural(Math.floor(days), 'day');
}

/** What grew or fell over the run, and when a level changed for good; null where no series was judged. */
export function driftView(results: Results): DriftView | null {
  const { run } = results;
  const { monitoring } = results.sections;
  const stability = monitoring?.stability;
  if (stability === undefined || stability.trends.length + stability.changePoints.length === 0) return null;
  const start = run.loadStartedAt ?? run.startedAt;
  const lengthMs = Math.max(timelineLength(results), ...stability.trends.map(({ period }) => period.toMs));
  const trends = worstTrends(monitoring);
  const of = (verdict: Verdict) => trends.filter((trend) => trend.verdict === verdict).length;
  const [failing, unclear] = [of('fail'), of('inconclusive')];
  const found = [
    ...(failing === 0 ? [] : [`${failing} drifting`]),
    ...(unclear === 0 ? [] : [`${unclear} that cannot be judged`]),
  ];
  return {
    note:
      trends.length === 0
        ? 'no series was long enough for a trend'
        : `${plural(trends.length, 'series', 'series')} after warm-up, ${found.length === 0 ? 'none drifts' : found.join(', ')}`,
    rows: trends.slice(0, mostTrends).map((trend) => trendRow(results, trend, lengthMs)),
    leftOut: more(trends.length, mostTrends),
    changes: changesInOrder(monitoring).map((change, index) => ({
      number: String(index + 1),
      at: relative(change.atMs),
      clock: clock(start, change.atMs, true),
      title: shortened(change.title, 80),
      values: `${measured(change.before, change.unit)} → ${measured(change.after, change.unit)}`,
      what: change.what === null ? 'nothing known' : shortened(change.what, 160),
    })),
    changesLeftOut: more(stability.changePoints.length, mostChanges),
  };
}
