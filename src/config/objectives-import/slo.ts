import { add, type Imported, idOf, listOf, percentOf, tableOf, textOf } from './imported.ts';

/** A service level objective as both formats come to. */
interface Slo {
  name: string;
  title: string;
  /** 0 … 100 */
  percent: number;
  overDays: number;
  /** PromQL of the share of bad events, 0 … 1; null: none can be had. */
  badShare: string | null;
  /** All queries, to see what they are about. */
  queries: string;
  hasAlerts: boolean;
}

/** Range of queries that a file leaves open. */
const range = '5m';

function addSlo({ name, title, percent, overDays, badShare, queries, hasAlerts }: Slo, found: Imported): void {
  const budget = { sloPercent: percent, overDays };
  const limitS = /\ble\s*=~?\s*"(\d+(?:\.\d+)?)"/.exec(queries)?.[1];
  const isOfStatus = /\b(code|status|status_code|response_code|grpc_code)\s*(=~|!~|!=|=)/.test(queries);
  if (limitS !== undefined || isOfStatus) {
    const statistic = limitS === undefined ? {} : { statistic: `share above ${Number(limitS) * 1000} ms` };
    add(found, idOf(name), { title, metric: 'burn_rate', ...statistic, ...budget, comparison: '<=', target: 1 });
    if (hasAlerts && limitS === undefined)
      add(found, idOf(name, 'alerts'), {
        title: `${title}: alerts`,
        metric: 'burn_alerts',
        ...budget,
        comparison: '=',
        target: 0,
      });
    if (hasAlerts && limitS !== undefined)
      found.notes.push(`${name}: its alerts are not converted, as those of times are not counted.`);
    found.notes.push(
      `${name}: ${limitS === undefined ? 'failures' : 'response times'} of the run stand for its indicator, and are of all requests; narrow it down by route or method.`,
    );
  }
  if (badShare === null) {
    if (limitS === undefined && !isOfStatus)
      found.notes.push(
        `${name} is not converted: it has no PromQL of a share, and nothing says that it is about requests.`,
      );
    return;
  }
  add(found, idOf(name, 'prometheus'), {
    title: `${title}, by Prometheus`,
    ...{ metric: 'figure', query: badShare, statistic: 'mean', comparison: '<=' },
    ...{ target: Number((1 - percent / 100).toPrecision(12)), unit: 'score' },
  });
}

/** Sloth's `prometheus/v1`, and the `spec` of its PrometheusServiceLevel. */
export function importSloth(spec: Readonly<Record<string, unknown>>): Imported {
  const found: Imported = { objectives: {}, notes: [] };
  for (const slo of listOf(spec.slos).map(tableOf)) {
    const name = textOf(slo.name) ?? 'slo';
    const sli = tableOf(slo.sli);
    const events = tableOf(sli.events);
    const raw = tableOf(sli.raw);
    const [bad, total, ratio] = [
      textOf(events.error_query ?? events.errorQuery),
      textOf(events.total_query ?? events.totalQuery),
      textOf(raw.error_ratio_query ?? raw.errorRatioQuery),
    ].map((query) => query?.replace(/\{\{\s*\.window\s*\}\}/g, range) ?? null);
    if (typeof slo.objective !== 'number' || !(slo.objective > 0 && slo.objective < 100)) {
      found.notes.push(`${name} is not converted: its objective is no percentage below 100.`);
      continue;
    }
    const alerting = tableOf(slo.alerting);
    const isOff = (alert: unknown) => tableOf(alert).disable === true;
    const hasAlerts =
      slo.alerting !== undefined &&
      !(isOff(alerting.page_alert ?? alerting.pageAlert) && isOff(alerting.ticket_alert ?? alerting.ticketAlert));
    const share = bad && total ? `(${bad}) / (${total})` : null;
    addSlo(
      {
        ...{ name, title: textOf(slo.description) ?? name, percent: slo.objective, overDays: 30, hasAlerts },
        ...{ badShare: ratio ?? share, queries: `${bad ?? ''} ${total ?? ''} ${ratio ?? ''}` },
      },
      found,
    );
  }
  return found;
}

const daysOf: Record<string, number> = { m: 1 / 1440, h: 1 / 24, d: 1, w: 7, M: 30, Q: 91, Y: 365 };
const booleans: Record<string, string> = { lte: '<=', lt: '<', gte: '>=', gt: '>' };

/** OpenSLO v1: SLOs with the SLIs that they refer to, of all documents. */
export function importOpenSlo(documents: readonly Readonly<Record<string, unknown>>[]): Imported {
  const found: Imported = { objectives: {}, notes: [] };
  const slis = new Map(
    documents
      .filter(({ kind }) => kind === 'SLI')
      .map((one) => [textOf(tableOf(one.metadata).name) ?? '', tableOf(one.spec)]),
  );
  for (const document of documents.filter(({ kind }) => kind === 'SLO')) {
    const { name: id, displayName } = tableOf(document.metadata);
    const [name, spec] = [textOf(id) ?? 'slo', tableOf(document.spec)];
    const indicator =
      spec.indicator === undefined ? slis.get(String(spec.indicatorRef)) : tableOf(tableOf(spec.indicator).spec);
    if (indicator === undefined) {
      found.notes.push(`${name} is not converted: the SLI ${String(spec.indicatorRef)} is not in these files.`);
      continue;
    }
    const [, count = '28', unit = 'd'] =
      /^(\d+)([mhdwMQY])$/.exec(String(tableOf(listOf(spec.timeWindow)[0]).duration)) ?? [];
    const overDays = Number((Number(count) * (daysOf[unit] ?? 1)).toPrecision(6));
    if (spec.budgetingMethod === 'Timeslices')
      found.notes.push(`${name}: slices of time became requests: each counts alike.`);
    for (const objective of listOf(spec.objectives).map(tableOf)) {
      const share = typeof objective.target === 'number' ? percentOf(objective.target) : objective.targetPercent;
      if (typeof share !== 'number' || !(share > 0 && share < 100)) {
        found.notes.push(`${name} is not converted: it has neither target nor targetPercent.`);
        continue;
      }
      const { badShare, queries, why } = indicatorOf(indicator, objective);
      if (why !== null) found.notes.push(`${name}: ${why}.`);
      const title =
        [displayName, objective.displayName]
          .map(textOf)
          .filter((one) => one !== null)
          .join(', ') || name;
      addSlo(
        { name, title, percent: share, overDays, badShare, queries, hasAlerts: listOf(spec.alertPolicies).length > 0 },
        found,
      );
    }
  }
  return found;
}

interface Indicator {
  badShare: string | null;
  queries: string;
  why: string | null;
}

function indicatorOf(sli: Readonly<Record<string, unknown>>, objective: Readonly<Record<string, unknown>>): Indicator {
  const queryOf = (metric: unknown) => {
    const source = tableOf(tableOf(metric).metricSource);
    const isPrometheus = source.type === undefined || /prometheus/i.test(String(source.type));
    return isPrometheus ? textOf(tableOf(source.spec).query) : null;
  };
  const ratio = tableOf(sli.ratioMetric);
  const [good, bad, total, raw] = [ratio.good, ratio.bad, ratio.total, ratio.raw].map(queryOf);
  const queries = [good, bad, total, raw].filter((one) => one !== null).join(' ');
  const none = (why: string | null): Indicator => ({ badShare: null, queries, why });
  if (raw != null) return { badShare: ratio.rawType === 'success' ? `1 - (${raw})` : raw, queries, why: null };
  if (total != null && (good ?? bad) != null) {
    // Counters since whenever say nothing of this run.
    if (ratio.counter === true && !/\b(rate|irate|increase)\s*\(/.test(queries))
      return none('its counters have no rate in their queries, so Prometheus is not asked');
    return { badShare: bad == null ? `1 - (${good}) / (${total})` : `(${bad}) / (${total})`, queries, why: null };
  }
  const threshold = queryOf(sli.thresholdMetric);
  const operator = booleans[String(objective.op)];
  if (threshold === null || operator === undefined || typeof objective.value !== 'number')
    return none('its queries are not PromQL, so Prometheus is not asked');
  return { badShare: `1 - ((${threshold}) ${operator} bool ${objective.value})`, queries: '', why: null };
}
