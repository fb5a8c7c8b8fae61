import { namesAnswer, tsdbAnswer } from '../prometheus/answers.ts';
import type { PrometheusApi } from '../prometheus/api.ts';
import type { Of } from './evidence.ts';
import type { Attempt } from './gather-server.ts';
import { looksOf } from './labels.ts';

const shownMetrics = '20';
const labelsAtMost = 300;
const valuesAtMost = 50_000;

/** How many series there are, and what labels hold. */
export async function gatherHygiene(
  api: PrometheusApi,
  attempt: Attempt,
  limits: { seriesPerMetric: number; labelValues: number },
): Promise<(Of<'cardinality'> | Of<'label'>)[]> {
  const tsdb = await attempt('cardinality', () => api.ask('/api/v1/status/tsdb', tsdbAnswer, { limit: shownMetrics }));
  const found: (Of<'cardinality'> | Of<'label'>)[] = [];
  if (tsdb !== null) {
    const { headStats, seriesCountByMetricName } = tsdb.data;
    const metrics = (seriesCountByMetricName ?? []).map(({ name, value }) => ({ name, series: value }));
    found.push({ kind: 'cardinality', series: headStats?.numSeries ?? null, metrics, limit: limits.seriesPerMetric });
  }
  const counts = new Map((tsdb?.data.labelValueCountByLabelName ?? []).map(({ name, value }) => [name, value]));
  const names = await attempt('labels', () => api.ask('/api/v1/labels', namesAnswer));
  for (const name of (names?.data ?? []).slice(0, labelsAtMost)) {
    if (name === '__name__') continue;
    const known = counts.get(name) ?? 0;
    const unread = known > valuesAtMost;
    const values = unread
      ? null
      : await attempt('labels', () => api.ask(`/api/v1/label/${encodeURIComponent(name)}/values`, namesAnswer));
    if (!unread && values === null) continue;
    const looks = looksOf(values?.data ?? []);
    found.push({
      kind: 'label',
      name,
      ...looks,
      values: unread ? known : looks.values,
      limit: limits.labelValues,
      unread,
    });
  }
  return found;
}
