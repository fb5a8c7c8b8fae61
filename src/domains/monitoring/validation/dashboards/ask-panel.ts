import { redact } from '../../watch/redact.ts';
import { type MetricType, misuses } from '../metrics/counters.ts';
import type { Asking } from '../prometheus/absence.ts';
import type { PrometheusApi } from '../prometheus/api.ts';
import { PrometheusProblem } from '../prometheus/api.ts';
import { durationMs, durationText } from '../promql/duration.ts';
import { parsePromql } from '../promql/parse.ts';
import { askedOf } from './data-sources.ts';
import type { Evidence, Of } from './evidence.ts';
import { explain, type Reason } from './explain.ts';
import { interpolated, namesIn, type Value, type Values } from './interpolate.ts';
import { lengths } from './intervals.ts';
import type { Dashboard, DataSource, Panel, Query } from './model.ts';

export interface OpenDashboard {
  dashboard: Dashboard;
  dataSources: readonly DataSource[] | null;
  /** Of its variables, and of those that Grafana makes itself. */
  values: Values;
  fromS: number;
  toS: number;
  scrapeIntervalMs: number;
  asking: Asking;
  typeOf: (series: string) => MetricType;
}

/** Pixels of a graph as wide as a usual screen. */
const screenPoints = 1850;
const columns = 24;
const expressionAtMost = 500;

/** One query of a panel as Grafana asks it, and what came of it. */
export async function askQuery(open: OpenDashboard, panel: Panel, query: Query): Promise<Evidence[]> {
  const { dashboard, dataSources } = open;
  const seen = (state: Of<'query'>['state'], more: Partial<Of<'query'>> = {}): Of<'query'> => ({
    ...{ kind: 'query', dashboard: dashboard.title, panel: panel.title, refId: query.refId, isHidden: query.isHidden },
    ...{
      expression: redact(query.text).slice(0, expressionAtMost),
      state,
      series: 0,
      tookMs: 0,
      reason: 'none',
      words: '',
    },
    ...more,
  });
  if (panel.elsewhere !== null) return [seen('skipped', { reason: 'elsewhere', words: panel.elsewhere })];
  const source = askedOf(query.dataSource, dashboard, dataSources);
  if (source.kind === 'other') {
    const words = `it asks a data source of type ${source.type}, which is not Prometheus`;
    return [seen('skipped', { reason: 'elsewhere', words })];
  }
  if (source.kind === 'wrong') return [seen('failed', { reason: 'source', words: source.why })];
  const scrapeIntervalMs = durationMs(source.timeInterval ?? '') ?? open.scrapeIntervalMs;
  const times = timesOf(open, panel, query, scrapeIntervalMs);
  const values = new Map([...open.values, ...times.values]);
  const missing = namesIn(query.text).filter((name) => !values.has(name));
  const text = interpolated(query.text, values);
  const expression = text.slice(0, expressionAtMost);
  if (missing.length > 0) {
    const words = `variable ${missing.join(', ')} has no value`;
    return [seen('failed', { expression, reason: 'variable', words })];
  }
  const answered = await answer(open, query.isInstant, text, times.stepMs);
  const parsed = parsePromql(text);
  const wrong: Of<'misuse'>[] =
    parsed.expression === undefined
      ? []
      : misuses(parsed.expression, open.typeOf).map(({ kind, words }) => ({
          ...{ kind: 'misuse', dashboard: dashboard.title, panel: panel.title, severity: kind, words },
        }));
  return [seen(answered.state, { ...answered, expression }), ...wrong];
}

/** What Grafana puts in for the times of a query. */
function timesOf({ fromS, toS }: OpenDashboard, panel: Panel, query: Query, scrapeIntervalMs: number) {
  const rangeMs = (toS - fromS) * 1000;
  const points = panel.maxDataPoints ?? Math.max(100, Math.floor((screenPoints * panel.width) / columns));
  const minStep = query.minStep ?? panel.minStep;
  const plain = minStep !== null && /^\$\{?__interval\}?$/.test(minStep) ? null : minStep;
  const { stepMs, intervalMs, rateIntervalMs } = lengths({
    ...{ rangeMs, points, minStep: plain, scrapeIntervalMs, factor: query.stepFactor },
  });
  const fixed = (text: string): Value => ({ values: [text], isMulti: false, isRaw: true });
  const values: [string, Value][] = [
    ['__interval', fixed(durationText(intervalMs))],
    ['__interval_ms', fixed(String(intervalMs))],
    ['__rate_interval', fixed(durationText(rateIntervalMs))],
    ['__rate_interval_ms', fixed(String(rateIntervalMs))],
  ];
  return { stepMs, values };
}

type Answered = Pick<Of<'query'>, 'state' | 'series' | 'tookMs' | 'reason' | 'words'>;

async function answer(open: OpenDashboard, isInstant: boolean, text: string, stepMs: number): Promise<Answered> {
  const { asking, fromS, toS } = open;
  const { api } = asking;
  const began = performance.now();
  const of = (state: Answered['state'], series: number, reason: Answered['reason'], words: string): Answered => ({
    ...{ state, series, reason, words, tookMs: Math.round(performance.now() - began) },
  });
  try {
    const { series, allNaN } = await asked(api, text, isInstant, { fromS, toS, stepS: stepMs / 1000 });
    if (series > 0 && !allNaN) return of('data', series, 'none', '');
    if (series > 0) return of('nan', series, 'quiet', 'every value is no number, as of 0 divided by 0');
    const empty = of('empty', 0, 'nothing', '');
    const { expression, error } = parsePromql(text);
    if (expression === undefined) return { ...empty, words: `it is empty, and is not read here: ${error.text}` };
    const reason: Reason = await explain(expression, text, asking);
    return { ...empty, reason: reason.kind, words: redact(reason.words) };
  } catch (error) {
    if (!(error instanceof PrometheusProblem)) throw error;
    return of('failed', 0, 'refused', redact(error.message));
  }
}

async function asked(
  api: PrometheusApi,
  text: string,
  isInstant: boolean,
  span: { fromS: number; toS: number; stepS: number },
): Promise<{ series: number; allNaN: boolean }> {
  if (isInstant) {
    const samples = await api.instant(text, span.toS);
    return { series: samples.length, allNaN: samples.every(({ value }) => Number.isNaN(value)) };
  }
  // Grafana asks for moments that are whole steps.
  const whole = (atS: number) => Math.floor(atS / span.stepS) * span.stepS;
  const series = await api.range(text, { fromS: whole(span.fromS), toS: whole(span.toS), stepS: span.stepS });
  // What began after the last whole step is there all the same.
  if (series.length === 0) return asked(api, text, true, span);
  const notANumber = series.every(({ samples }) => samples.every(({ value }) => Number.isNaN(value)));
  return { series: series.length, allNaN: notANumber };
}
