import type { RunFacts } from '../../../model/run-facts.ts';
import type { ChangePoint, StabilityResult, TrendResult } from '../../../model/stability.ts';
import type { Objective } from '../../../model/verdict.ts';
import type { MetricSeries } from '../../../model/watch.ts';
import { changePoints } from '../../../stats/change-points.ts';
import { unmeasured } from '../../../stats/periods.ts';
import { thinned } from '../../../stats/trend.ts';
import { lostRequests } from '../../load/public.ts';
import type { Watched } from '../fold.ts';
import { tidy } from '../metric-fold.ts';
import { downtimeOf, expectedPeriods } from './downtime.ts';
import { type Incident, incidentAt, incidentsOf } from './incidents.ts';
import { rule } from './rule.ts';
import { afterWarmUp, loadGrew, watchedSeries } from './series.ts';
import { restartsOf, silentSeries } from './silent.ts';
import { allowedOutageMs, stableTimeOf } from './stable-time.ts';
import { judgeTrend, pointsAtMost, type Series } from './trend.ts';

const hourMs = 3_600_000;
const changePointsShown = 20;

/** Whether the target stood firm over the run: downtime, alerts, error logs, trends and changes of level. */
export function stabilityOf(watched: Watched, facts: RunFacts, objectives: readonly Objective[]): StabilityResult {
  const { judged } = facts;
  const { coveredMs } = judged;
  const gaps = gapsOf(watched, facts);
  const last = facts.windows.at(-1);
  // After a resume, what was covered is less than the clock; sessions let finish are past it.
  const lastMs = last === undefined ? 0 : Math.min(last.startMs + last.durationMs, facts.started.durationMs);
  const endMs = Math.max(coveredMs, lastMs);
  const downtime = downtimeOf(watched, facts, { endMs, gaps });
  const period = afterWarmUp(endMs);
  const series = watchedSeries(watched, judged, period);
  const measured = { endMs, gaps, expected: expectedPeriods(watched, facts) };
  const required = objectives.find(({ metric }) => metric === 'stable_time')?.target ?? 24;
  const allowedMs = allowedOutageMs(objectives);
  const context = { period, loadGrew: loadGrew(judged, period), requiredHours: required };
  const incidents = incidentsOf(watched, facts, downtime.downtime);
  return {
    coveredMs,
    requiredMs: required * hourMs,
    gaps,
    ...downtime,
    allowedOutageMs: allowedMs,
    stableMs: stableTimeOf(facts, downtime.downtime, allowedMs),
    restarts: restartsOf(watched, measured),
    silent: silentSeries(watched, measured),
    alerts: watched.alerts.map((alert) => (alert.open ? { ...alert, toMs: Math.max(alert.fromMs, endMs) } : alert)),
    errorLogs: [...watched.logs.values()].sort((a, b) => b.count - a.count),
    trends: series.map((one) => judgeTrend(one, context)).sort(worstFirst),
    changePoints: levelsChanged(series, incidents, facts.engine?.windowMs ?? 1000),
    generators: watched.generators,
    lostWithGenerators: lostRequests(watched.lost.list, facts.windows),
  };
}

/** Every watched figure over the run, for the report. */
export function resourcesOf({ metrics }: Watched): MetricSeries[] {
  return [...metrics.values()].map(({ metric, fold }) => fold.series(metric)).filter(({ samples }) => samples > 0);
}

/**
 * The harness and its generator are not part of the target: their drift is a warning. The host's memory may be the target's too, where both
 * are on one machine.
 */
export function ownGrowth({ trends }: StabilityResult): string[] {
  return trends
    .filter(({ id, subject, verdict }) => subject !== 'target' && verdict === 'fail' && !id.startsWith('host.'))
    .map(({ sentence }) => `The harness itself, not the target: ${sentence}`);
}

function worstFirst(a: TrendResult, b: TrendResult): number {
  const badness = { fail: 0, inconclusive: 1, pass: 2 };
  return badness[a.verdict] - badness[b.verdict];
}

/** What of the planned time was not measured, and why. */
function gapsOf({ generators }: Watched, facts: RunFacts): StabilityResult['gaps'] {
  const { parts, windows, interrupted } = facts;
  const plannedMs = facts.started.durationMs;
  const windowMs = facts.engine?.windowMs ?? 1000;
  return unmeasured(parts, plannedMs, windows.at(-1)?.durationMs ?? 0).map(({ fromMs, toMs }) => {
    const resumed = generators.some(
      ({ atMs, reason }) => reason === 'resume' && Math.abs(Math.min(atMs, plannedMs) - toMs) <= windowMs,
    );
    const isLast = toMs >= plannedMs;
    if (resumed) return { fromMs, toMs, reason: 'the run was cut off, and resumed' };
    return { fromMs, toMs, reason: (isLast ? interrupted : null) ?? 'not measured' };
  });
}

/** Changes of level by more than a tenth, the largest first kept, in order of time. */
function levelsChanged(series: readonly Series[], incidents: readonly Incident[], windowMs: number): ChangePoint[] {
  const found: (ChangePoint & { share: number })[] = [];
  for (const { id, title, unit, subject, growth, points } of series) {
    if (subject !== 'target') continue;
    const thin = thinned(points, pointsAtMost);
    const [first, last] = [thin[0], thin.at(-1)];
    // A moment is known no better than the points lie apart.
    const apartMs = first === undefined || last === undefined ? 0 : ((last.x - first.x) * hourMs) / thin.length;
    for (const { at, before, after } of changePoints(thin)) {
      const change = Math.abs(after - before);
      const share = change / Math.max(Math.abs(before), 1e-9);
      if (share < rule.dayGrowth || change < growth.least) continue;
      const atMs = Math.max(0, Math.round(at.x * hourMs - apartMs / 2));
      const what = incidentAt(incidents, atMs, Math.max(windowMs, apartMs));
      found.push({ atMs, id, title, unit, before: tidy(before), after: tidy(after), what, share });
    }
  }
  return found
    .sort((a, b) => b.share - a.share)
    .slice(0, changePointsShown)
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ share: _, ...point }) => point);
}
