import type { Period, TrendResult } from '../../../model/stability.ts';
import type { MetricUnit } from '../../../model/watch.ts';
import { changePoints } from '../../../stats/change-points.ts';
import { couldBeSeason, endedGrowth, type TrendApart, trendApartFromSeason } from '../../../stats/season.ts';
import { type Point, type Trend, thinned, trendOf } from '../../../stats/trend.ts';
import { tidy } from '../metric-fold.ts';
import { type GrowthRule, rule } from './rule.ts';
import { type Sawtooth, sawtoothOf } from './sawtooth.ts';
import { anHour, inUnit, roughly } from './words.ts';

/** Trends are O(n²) in these. */
export const pointsAtMost = 240;
const hourMs = 3_600_000;
const dayHours = 24;

/** A series that must not drift; x in hours of the run's clock. */
export interface Series {
  id: string;
  title: string;
  unit: MetricUnit;
  subject: TrendResult['subject'];
  limit: number | null;
  growth: GrowthRule;
  points: readonly Point[];
}

/** What is known beside the series. */
export interface TrendContext {
  period: Period;
  /** The load grew during it. */
  loadGrew: boolean;
  /** How long the target is to be stable: growth that noise may hide must matter within that, and within a day. Absent: a day. */
  requiredHours?: number;
}

/** Judges one series by the rule. */
export function judgeTrend(series: Series, { period, loadGrew, requiredHours = dayHours }: TrendContext): TrendResult {
  const points = thinned(series.points, pointsAtMost);
  const enough = period.toMs - period.fromMs >= rule.periodAtLeastMs && points.length >= rule.pointsAtLeast;
  const apart = enough ? trendApartFromSeason(points) : null;
  const common = {
    id: series.id,
    title: series.title,
    unit: series.unit,
    subject: series.subject,
    limit: series.limit,
    points: points.length,
    period,
  };
  if (apart === null) {
    const value = points.at(-1)?.y ?? 0;
    return {
      ...common,
      slopePerHour: 0,
      interval: null,
      pValue: null,
      startValue: tidy(points[0]?.y ?? 0),
      endValue: tidy(value),
      limitReachedInMs: null,
      verdict: 'inconclusive',
      sentence: `${series.title}: too short to show a trend.`,
    };
  }
  const { trend } = apart;
  const reachedMs = limitReached(series.limit, trend);
  const teeth = canHaveTeeth(series) ? sawtoothOf(points) : null;
  const found = verdictOf(series, apart, reachedMs, {
    raw: points,
    teeth,
    loadGrew,
    hours: Math.min(requiredHours, dayHours),
  });
  return {
    ...common,
    slopePerHour: tidy(trend.slope),
    interval: { ...trend.interval, low: tidy(trend.interval.low), high: tidy(trend.interval.high) },
    pValue: tidy(trend.pValue),
    startValue: tidy(trend.start),
    endValue: tidy(trend.end),
    limitReachedInMs: reachedMs,
    ...found,
  };
}

/** Times and shares of errors rise and fall with the load, and heaps with every collection. */
function canHaveTeeth({ id, unit }: Pick<Series, 'id' | 'unit'>): boolean {
  return (unit === 'bytes' || unit === 'count') && !id.endsWith('.heap');
}

function limitReached(limit: number | null, { slope, end }: Trend): number | null {
  if (limit === null || slope <= 0) return null;
  return Math.max(0, Math.round(((limit - end) / slope) * hourMs));
}

function verdictOf(
  series: Series,
  apart: TrendApart,
  reachedMs: number | null,
  { raw, teeth, loadGrew, hours }: { raw: readonly Point[]; teeth: Sawtooth | null; loadGrew: boolean; hours: number },
): Pick<TrendResult, 'verdict' | 'sentence' | 'hidesGrowth'> {
  const { title, unit, growth, limit } = series;
  const { trend, points } = apart;
  const { slope, start, end, pValue, interval } = trend;
  if (teeth !== null) {
    const rise = `from ${inUnit(teeth.low, unit)} to ${inUnit(teeth.high, unit)}`;
    const what =
      teeth.falls === 1
        ? `climbed ${rise} within ${roughly(teeth.everyHours * hourMs)}, then fell back; for how long it stays down was not seen`
        : `is a sawtooth: it climbs ${rise} and falls back, ${teeth.falls} times, every ${roughly(teeth.everyHours * hourMs)}`;
    return {
      verdict: 'inconclusive',
      sentence: `${title} ${what}. A leak that something resets looks like this, and so does a store that is emptied.`,
    };
  }
  const ended = endedGrowth(raw, apart);
  if (ended !== null && !mayGrowOn(series, ended.after, hours)) {
    return {
      verdict: 'pass',
      sentence: `${title} grew from ${inUnit(ended.start, unit)} to ${inUnit(ended.end, unit)}, then levelled off.`,
    };
  }
  const grows = slope > 0 && pValue < rule.pValueBelow;
  if (!grows) {
    if (pValue < rule.pValueBelow && slope < 0)
      return { verdict: 'pass', sentence: `${title} falls ${anHour(-slope, unit)}.` };
    if (!matters(growth, interval.high, trend, limitReached(limit, { ...trend, slope: interval.high }), hours))
      return { verdict: 'pass', sentence: `${title} does not grow.` };
    const hidden = anHour(interval.high, unit);
    return {
      verdict: 'inconclusive',
      hidesGrowth: true,
      sentence: `${title} shows no growth, but up to ${hidden} could hide in its noise.`,
    };
  }
  const rate = `${title} grows ${anHour(slope, unit)}`;
  const tail = tailOf(points, slope);
  if (tail === 'level') {
    return {
      verdict: 'pass',
      sentence: `${title} grew from ${inUnit(start, unit)} to ${inUnit(end, unit)}, then levelled off.`,
    };
  }
  const soon = reachedMs !== null && reachedMs <= rule.limitWithinMs;
  if (!matters(growth, slope, trend, reachedMs)) {
    const left =
      reachedMs === null || limit === null ? '' : `; its limit of ${inUnit(limit, unit)} is ${roughly(reachedMs)} away`;
    return { verdict: 'pass', sentence: `${rate}, too little to matter${left}.` };
  }
  const seen = asSeen(raw, trend);
  const ahead =
    limit !== null && reachedMs !== null && (soon || reachedMs < 365 * dayHours * hourMs)
      ? `its limit of ${inUnit(limit, unit)} is reached in ${roughly(reachedMs)}`
      : `from ${inUnit(seen.start, unit)} to ${inUnit(seen.afterDay, unit)} in 24 h`;
  const growing = `${rate}; ${ahead}`;
  if (loadGrew) return { verdict: 'inconclusive', sentence: `${growing}, but the load grew as well.` };
  if (tail === 'unclear') {
    return { verdict: 'inconclusive', sentence: `${growing}, but whether it still does at the end is not clear.` };
  }
  if (end - start < growth.seen * Math.abs(start)) {
    return {
      verdict: 'inconclusive',
      sentence: `${growing}, but so little was seen of it that only a longer run would show whether it matters.`,
    };
  }
  if (couldBeSeason(raw, apart, growth.swingHours)) {
    return {
      verdict: 'inconclusive',
      sentence: `${growing}, but so far a swing of up to 30 % in the course of a day would look the same: a run of ${seen.isDay ? 'two days' : 'a day'} would show which.`,
    };
  }
  return { verdict: 'fail', sentence: `${growing}.` };
}

/**
 * Where a line begins and where a day takes it, within what was measured: of a step, the line that fits best begins and ends at figures that nobody
 * has seen. Only a day that is still to come may lead further.
 */
function asSeen(raw: readonly Point[], { slope, start }: Trend): { start: number; afterDay: number; isDay: boolean } {
  const values = raw.map(({ y }) => y);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const from = Math.min(Math.max(start, least), most);
  const isDay = (raw.at(-1)?.x ?? 0) - (raw[0]?.x ?? 0) >= 0.9 * dayHours;
  const afterDay = from + slope * dayHours;
  return { start: from, afterDay: isDay ? Math.min(afterDay, most) : afterDay, isDay };
}

/** @param hours in which it grows so far */
function matters(
  growth: GrowthRule,
  slope: number,
  { start }: Trend,
  reachedMs: number | null,
  hours = dayHours,
): boolean {
  if (reachedMs !== null && reachedMs <= (rule.limitWithinMs * hours) / dayHours) return true;
  const grown = slope * hours;
  return growth.byDay && grown > rule.dayGrowth * Math.abs(start) && grown > growth.least;
}

/** Whether what comes after the end of growth grows as well, by an amount that matters, or may by its noise. */
function mayGrowOn({ growth, limit }: Series, after: readonly Point[], hours: number): boolean {
  const tail = trendOf(after);
  if (tail === null) return true;
  const { slope, pValue, interval } = tail;
  if (slope > 0 && pValue < rule.pValueBelow && matters(growth, slope, tail, limitReached(limit, tail))) return true;
  return matters(growth, interval.high, tail, limitReached(limit, { ...tail, slope: interval.high }), hours);
}

/**
 * Whether the latter half, or what comes after the last change of level, grows on or far less than the whole; unclear: less, by its noise, or
 * since it fell.
 */
function tailOf(points: readonly Point[], slope: number): 'grows' | 'level' | 'unclear' {
  const last = changePoints(points).at(-1);
  const half = points.slice(Math.floor(points.length / 2));
  const after = half.filter(({ x }) => x >= (last?.at.x ?? 0));
  const tail = trendOf(after.length >= 12 ? after : half);
  if (tail === null || tail.slope >= rule.levelledBelow * slope) return 'grows';
  // Growth that something took back has not come to an end by itself.
  if (last !== undefined && last.after < last.before) return 'unclear';
  return tail.interval.high < slope ? 'level' : 'unclear';
}
