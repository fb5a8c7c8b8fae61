import type { Slo, SloAlert } from '../model.ts';
import { type At, child, items, placeAt, remark, table, textAt } from './document.ts';

/** In place of the window that a service level objective leaves open. */
const window = '5m';

/** SLOs of Sloth: its own file (`version: prometheus/v1`), or the resource `PrometheusServiceLevel`. */
export function readSloth(at: At): Slo[] {
  const body = child(at, 'spec') ?? at;
  const service = textAt(body, 'service') ?? '';
  return items(child(body, 'slos')).map((slo) => {
    const name = textAt(slo, 'name') ?? '';
    const events = child(child(slo, 'sli') ?? slo, 'events');
    const of = (...keys: readonly string[]) => {
      for (const key of keys) {
        const query = events === null ? null : textAt(events, key);
        if (query !== null) return filled(query);
      }
      return null;
    };
    const raw = textAt(slo, 'sli', 'raw', 'error_ratio_query') ?? textAt(slo, 'sli', 'raw', 'errorRatioQuery');
    if (events === null && raw === null) {
      const what = `The SLO ${name} has neither \`events\` nor \`raw\`: what it asks comes from a plugin.`;
      remark(slo, 'gap', what, 'Its queries are looked at only in the rules that Sloth generates: give those.');
    }
    const objective = Number(textAt(slo, 'objective') ?? Number.NaN);
    return {
      name,
      service,
      objective: Number.isNaN(objective) ? null : objective,
      format: 'Sloth',
      place: placeAt(slo),
      bad: raw === null ? of('error_query', 'errorQuery') : filled(raw),
      good: null,
      total: of('total_query', 'totalQuery'),
      id: `${service}-${name}`,
      alerts: alertsOf(slo, table(child(body, 'labels')).values, service, name),
    };
  });
}

/** A page and a ticket, with the labels that they get from the file and those that Sloth adds. */
function alertsOf(
  slo: At,
  ofService: Readonly<Record<string, string>>,
  service: string,
  name: string,
): SloAlert[] | null {
  const alerting = child(slo, 'alerting');
  if (alerting === null) return null;
  const of = (at: At | null, key: string) => table(at === null ? null : child(at, key)).values;
  const each = (['page', 'ticket'] as const)
    .map((severity) => ({
      severity,
      own: child(alerting, `${severity}_alert`) ?? child(alerting, `${severity}Alert`),
    }))
    .filter(({ own }) => own === null || textAt(own, 'disable') !== 'true');
  const alert = textAt(alerting, 'name');
  if (alert === null) return each.length === 0 ? [] : null;
  return each.map(({ severity, own }) => ({
    name: alert,
    labels: {
      ...{ ...ofService, ...of(slo, 'labels') },
      ...{ sloth_id: `${service}-${name}`, sloth_service: service, sloth_slo: name },
      ...{ ...of(alerting, 'labels'), ...of(own, 'labels'), sloth_severity: severity },
    },
    annotations: { ...of(alerting, 'annotations'), ...of(own, 'annotations') },
  }));
}

/** SLOs of OpenSLO, of its versions v1alpha (`ratioMetrics`) and v1 (`indicator`). */
export function readOpenSlo(at: At): Slo[] {
  const name = textAt(at, 'metadata', 'name') ?? '';
  const spec = child(at, 'spec');
  if (spec === null) return [];
  const service = textAt(spec, 'service') ?? '';
  if (textAt(spec, 'indicatorRef') !== null) {
    const what = `The SLO ${name} names its indicator by \`indicatorRef\`, which is not followed.`;
    remark(at, 'gap', what, 'Put the indicator into the SLO, or give the rules that are generated from it.');
  }
  const objectives = items(child(spec, 'objectives'));
  const indicator = child(child(child(spec, 'indicator') ?? spec, 'spec') ?? spec, 'ratioMetric');
  return objectives.map((objective, index) => {
    const ratio = child(objective, 'ratioMetrics') ?? indicator;
    if (ratio === null)
      remark(objective, 'gap', `The SLO ${name} is no ratio of events.`, 'Give the rules that are generated from it.');
    const query = (key: string) => {
      const metric = ratio === null ? null : child(ratio, key);
      if (metric === null) return null;
      const source = textAt(metric, 'metricSource', 'type') ?? textAt(metric, 'source') ?? 'prometheus';
      const text = textAt(metric, 'metricSource', 'spec', 'query') ?? textAt(metric, 'query');
      if (/^prometheus$/i.test(source)) return text === null ? null : filled(text);
      remark(metric, 'gap', `The SLO ${name} asks ${source}.`, 'Only SLOs of Prometheus are looked at.');
      return null;
    };
    const target = Number(textAt(objective, 'target') ?? Number.NaN);
    const percent = Number(textAt(objective, 'targetPercent') ?? target * 100);
    return {
      name,
      service,
      objective: Number.isNaN(percent) ? null : percent,
      format: 'OpenSLO',
      place: placeAt(objective),
      bad: query('bad'),
      good: query('good'),
      total: query('total'),
      // Sloth makes an SLO of each objective, and numbers them.
      id: `${service}-${name}-${index}`,
      alerts: null,
    };
  });
}

function filled(query: string): string {
  return query.replace(/\{\{\s*\.window\s*\}\}/g, window);
}
