import type { Results } from '../../../model/results.ts';
import type { MetricSeries } from '../../../model/watch.ts';
import { resourcePanel } from '../../../report-kit/chart/sparkline.ts';
import { timelineLength } from '../../../report-kit/chart/timeline.ts';
import { percent, plural } from '../../../report-kit/format.ts';
import type { SvgMarkup } from '../../../report-kit/svg.ts';
import { shortened } from '../../../report-kit/text.ts';
import { measured } from '../../../report-kit/text-width.ts';
import type { MonitoringSection } from '../section.ts';

export interface ResourceItem {
  title: string;
  mean: string;
  max: string;
  /** `81 % of its limit, 512 MB`; empty without one. */
  limit: string;
  drawing: SvgMarkup | null;
}

export interface ResourcesView {
  note: string;
  groups: { title: string; items: ResourceItem[] }[];
}

const mostSeries = 20;

const isOwn = ({ metric }: MetricSeries) => metric.subject === 'generator' || metric.subject === 'harness';
const filled = ({ metric, max }: MetricSeries) =>
  max === null || metric.limit === null || !(metric.limit > 0) ? 0 : max / metric.limit;

/**
 * Which are drawn: memory of Shakedown and its generator always, for the reader must see it flat; then what drifts, then
 * what comes nearest to its limit.
 */
function chosen(monitoring: MonitoringSection, series: readonly MetricSeries[]): MetricSeries[] {
  const drifting = new Set(
    monitoring.stability?.trends.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id) ?? [],
  );
  const rank = (own: MetricSeries) =>
    isOwn(own) && own.metric.kind === 'memory' ? 0 : drifting.has(own.metric.id) ? 1 : isOwn(own) ? 3 : 2;
  const kept = new Set(series.toSorted((a, b) => rank(a) - rank(b) || filled(b) - filled(a)).slice(0, mostSeries));
  return series.filter((own) => kept.has(own));
}

function limitWords(own: MetricSeries): string {
  const { limit, unit } = own.metric;
  if (limit === null) return '';
  const share = filled(own);
  return share > 0
    ? `${percent(share * 100)} of its limit, ${measured(limit, unit)}`
    : `limit ${measured(limit, unit)}`;
}

function item(own: MetricSeries, lengthMs: number): ResourceItem {
  const { metric, max, mean } = own;
  const title = shortened(metric.title, 60);
  const figures = `mean ${measured(mean, metric.unit)}, highest ${measured(max, metric.unit)}`;
  return {
    title,
    mean: measured(mean, metric.unit),
    max: measured(max, metric.unit),
    limit: limitWords(own),
    drawing: resourcePanel(own, metric.limit, lengthMs, `${title} over the run: ${figures}`),
  };
}

/** Watched figures as small drawings that share the run's time; null where nothing was watched. */
export function resourcesView(results: Results): ResourcesView | null {
  const { monitoring } = results.sections;
  const series = (monitoring?.resources ?? []).filter(({ samples }) => samples > 0);
  if (monitoring === undefined || series.length === 0) return null;
  const lengthMs = Math.max(
    timelineLength(results),
    ...series.map(({ startMs, stepMs, values }) => startMs + stepMs * values.length),
  );
  const shown = chosen(monitoring, series);
  const groups = [
    { title: 'The target', items: shown.filter((own) => !isOwn(own)) },
    { title: 'Shakedown and its generator', items: shown.filter(isOwn) },
  ].filter(({ items }) => items.length > 0);
  const left = series.length - shown.length;
  return {
    note: `from 0 up, over the whole run · dashed: the limit, where it is near${left === 0 ? '' : ` · ${plural(left, 'more series', 'more series')} in results.json`}`,
    groups: groups.map(({ title, items }) => ({ title, items: items.map((own) => item(own, lengthMs)) })),
  };
}
