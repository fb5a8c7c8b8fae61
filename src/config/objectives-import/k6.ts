import { tenantTag } from '../../model/objective.ts';
import { goodVitals } from '../../model/vital.ts';
import { add, type Imported, idOf, percentOf, tableOf, textOf, type WrittenObjective } from './imported.ts';
import { delayMsOf, isOfTimes, metricOf, statisticOf, type Threshold, tagsOfK6, thresholdOf } from './k6-grammar.ts';

/** Thresholds of k6's options. */
export function importK6(options: Readonly<Record<string, unknown>>): Imported {
  const found: Imported = { objectives: {}, notes: [] };
  const hints = new Set<string>();
  for (const [key, list] of Object.entries(tableOf(options.thresholds))) {
    const read = metricOf(key);
    for (const one of Array.isArray(list) ? list : [list]) {
      const given = tableOf(one);
      const text = textOf(one) ?? textOf(given.threshold) ?? '';
      const name = `${key}: ${text}`;
      const threshold = thresholdOf(text);
      const part = typeof read === 'string' ? read : partOf(read.tags, hints);
      const metric = typeof read === 'string' ? '' : read.metric;
      const kind = typeof threshold === 'string' ? threshold : objectiveOf(metric, threshold, hints);
      const problem = [part, kind].find((what) => typeof what === 'string');
      if (typeof part === 'string' || typeof kind === 'string') {
        found.notes.push(`${name} is not converted: ${problem}.`);
        continue;
      }
      const { id, ...objective } = kind;
      // A default objective is changed, and has its metric already.
      const isDefault = id !== null && Object.keys(part).length === 0 && found.objectives[id] === undefined;
      add(found, isDefault ? id : idOf('k6', key, text.split(/[<>=!]/)[0] ?? ''), {
        ...(isDefault ? withoutMetric(objective) : objective),
        ...part,
        ...abortOf(name, given, found.notes),
      });
    }
  }
  return { ...found, notes: [...found.notes, ...hints] };
}

function withoutMetric({ metric: _, statistic: __, ...rest }: WrittenObjective): WrittenObjective {
  return rest as WrittenObjective;
}

/** Which requests the tags of a sub-metric are about; a string says which of them cannot be had. */
function partOf(tags: readonly [string, string][], hints: Set<string>): WrittenObjective | string {
  const part: Record<string, string> = {};
  for (const [tag, value] of tags) {
    if (tag === 'method') part.method = value.toUpperCase();
    else if (tag === 'expected_response' && value === 'true')
      hints.add('expected_response:true is left out: here the times of answers with a wrong status count too.');
    else if (['route', 'name', 'url', 'path'].includes(tag)) {
      const route = routeOf(value);
      if (route === null) return `the tag ${tag} does not name a path`;
      if (part.route !== undefined && part.route !== route) return `the tag ${tag} names a second path`;
      part.route = route;
      hints.add('Routes are named as the recording has them (`GET /products/:id`): see `shakedown traffic inspect`.');
    } else if (tagsOfK6.has(tag)) return `nothing is counted by the tag ${tag}`;
    else {
      hints.add(
        `traffic.tags must say where requests have the tag ${tag}: a header, a cookie, a parameter or a part of the path.`,
      );
      if (tag === tenantTag && part.tenant === undefined) part.tenant = value;
      else part.tag = part.tag === undefined ? `${tag}:${value}` : `${part.tag},${tag}:${value}`;
    }
  }
  return part;
}

/** `GET /x`, `/x`, `https://shop.example/x?y` or `https://shop.example/${}`. */
function routeOf(text: string): string | null {
  const bare = text.replace(/^([A-Z]+ )?https?:\/\/[^/]+/, '$1').replace(/\?.*$/, '');
  return /^([A-Z]+ )?\//.test(bare) ? bare.replace(/\$\{[^}]*\}/g, ':id') : null;
}

/** @returns with the id of the default objective that it is, if any; a string says why there is none */
function objectiveOf(
  metric: string,
  threshold: Threshold,
  hints: Set<string>,
): (WrittenObjective & { id: string | null }) | string {
  const { aggregation, p, comparison, value } = threshold;
  const wanted = { comparison, target: value };
  const vital = /^browser_web_vital_(\w+)$/.exec(metric)?.[1]?.toUpperCase();
  if (metric === 'http_req_duration') {
    if (!isOfTimes(threshold)) return `times have no ${aggregation}`;
    const statistic = statisticOf(threshold);
    hints.add(
      'http_req_duration became response_time, which counts from the planned arrival and not only from the moment of sending; service_time is k6’s.',
    );
    const isDefault = ['p50', 'p95', 'p99'].includes(statistic);
    return { id: isDefault ? `response-${statistic}` : null, metric: 'response_time', statistic, ...wanted } as never;
  }
  if (metric === 'http_req_failed' && aggregation === 'rate') {
    hints.add(
      'http_req_failed became error_rate, in percent: a status of another class than recorded is an error, not every one from 400 on.',
    );
    return { id: 'error-rate', metric: 'error_rate', comparison, target: percentOf(value) } as never;
  }
  if (metric === 'http_reqs' && aggregation === 'rate') {
    hints.add('http_reqs became throughput, which counts answers that are right.');
    return { id: 'throughput', metric: 'throughput', ...wanted } as never;
  }
  if (vital !== undefined && Object.hasOwn(goodVitals, vital)) {
    if (p !== 75) return 'web vitals are judged at their 75th percentile';
    const unit = vital === 'CLS' ? 'score' : 'ms';
    return { id: null, metric: 'web_vital', vital, unit, minimumSamples: 20, ...wanted } as never;
  }
  if (metric === 'http_reqs') return 'a count depends on the length of the run; give a rate';
  if (metric === 'checks') return 'checks are of a script; scenarios (`uat`) and journeys take their place';
  if (metric.startsWith('http_req_')) return 'this part of a request’s time is not recorded by itself';
  return 'there is no such figure here; if Prometheus has it, make it an objective of the metric figure';
}

/** k6's abortOnFail, with its delay. What cannot be read ends no run: at once would be another thing than was meant. */
function abortOf(
  name: string,
  { abortOnFail, delayAbortEval }: Readonly<Record<string, unknown>>,
  notes: string[],
): WrittenObjective {
  if (abortOnFail === undefined || abortOnFail === null || abortOnFail === false) return {};
  const ms = delayMsOf(delayAbortEval);
  const problem =
    abortOnFail !== true ? 'abortOnFail is not true or false' : typeof ms === 'string' ? `delayAbortEval: ${ms}` : null;
  if (problem === null) return { abortAfterS: Number(ms) / 1000 };
  notes.push(`${name} does not end a run: ${problem}; give it abortAfterS.`);
  return {};
}
