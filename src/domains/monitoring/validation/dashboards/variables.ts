import { z } from 'zod';
import { namesAnswer, seriesAnswer } from '../prometheus/answers.ts';
import type { PrometheusApi } from '../prometheus/api.ts';
import { durationText } from '../promql/duration.ts';
import { interpolated, namesIn, type Value, type Values } from './interpolate.ts';
import { lengths } from './intervals.ts';
import type { Dashboard, Variable } from './model.ts';

export interface Resolved {
  name: string;
  type: string;
  /** null: it has no value, for the reason given. */
  value: Value | null;
  options: number;
  why: string;
}

export interface Resolving {
  api: PrometheusApi;
  fromS: number;
  toS: number;
  scrapeIntervalMs: number;
  /** Values that are known before: those that Grafana makes itself. */
  built: Values;
}

const all = '$__all';
const shownMost = 5000;

/** Values of all variables of a dashboard, each after those that it is made of. */
export async function resolveVariables(dashboard: Dashboard, resolving: Resolving): Promise<Resolved[]> {
  const values = new Map(resolving.built);
  const done: Resolved[] = [];
  let left = [...dashboard.variables];
  while (left.length > 0) {
    const waits = (one: Variable) =>
      namesIn(one.query).some((name) => name !== one.name && left.some((other) => other.name === name));
    // In a circle none is before the others: then they are taken as they come, as Grafana does.
    const next = left.find((one) => !waits(one)) ?? left[0];
    if (next === undefined) break;
    left = left.filter((one) => one !== next);
    const resolved = await resolve(next, values, resolving);
    if (resolved.value !== null) values.set(next.name, resolved.value);
    done.push(resolved);
  }
  return done;
}

async function resolve(variable: Variable, values: Values, resolving: Resolving): Promise<Resolved> {
  const { name, type, current } = variable;
  const of = (value: Value | null, options: number, why = ''): Resolved => ({ name, type, value, options, why });
  const single = (text: string): Value => ({ values: [text], isMulti: false, isRaw: false });
  switch (type) {
    case 'datasource':
      return of(single(current[0] ?? ''), 1);
    case 'constant':
      return of(single(variable.query), 1);
    case 'textbox':
      return of(single(current[0] ?? variable.query), 1);
    case 'interval': {
      const options = listed(variable.query);
      const chosen = current[0] !== undefined && options.includes(current[0]) ? current[0] : (options[0] ?? '');
      const isAuto = (current[0] ?? '').startsWith('$__auto');
      const text = isAuto || chosen === 'auto' ? automatic(variable, resolving) : chosen;
      return text === '' ? of(null, 0, 'its list is empty') : of(single(text), options.length);
    }
    case 'custom':
      return chosen(variable, listed(variable.query), of);
    case 'adhoc':
    case 'groupby':
      // Nothing is chosen in it until somebody does.
      return of(single(''), 1);
    case 'query':
      try {
        const options = await asked(variable, values, resolving);
        return chosen(variable, sorted(filtered(options, variable.regex), variable.sort), of);
      } catch (error) {
        return of(null, 0, (error as Error).message);
      }
    default:
      return of(null, 0, `variables of type ${type} are not known here`);
  }
}

/** What Grafana chooses when the dashboard is opened: what was saved where it is still there, else the first. All values where it can have all. */
function chosen(
  variable: Variable,
  options: readonly string[],
  of: (value: Value | null, options: number, why?: string) => Resolved,
): Resolved {
  const { hasAll, isMulti, allValue, current } = variable;
  const several = isMulti || hasAll;
  if (hasAll && (isMulti || current.includes(all) || current.length === 0)) {
    if (allValue !== null) return of({ values: [allValue], isMulti: true, isRaw: true }, options.length);
    if (options.length > 0)
      return of({ values: options.slice(0, shownMost), isMulti: true, isRaw: false }, options.length);
  }
  const kept = current.filter((one) => options.includes(one));
  const [first] = options;
  if (first === undefined) return of(null, 0, 'it finds no values');
  const values = kept.length > 0 ? (isMulti ? kept : kept.slice(0, 1)) : [first];
  return of({ values, isMulti: several, isRaw: false }, options.length);
}

/** `a, b, name : c`; a comma with a backslash before it is part of a value. */
function listed(text: string): string[] {
  return (text.match(/(?:\\,|[^,])+/g) ?? [])
    .map((one) => one.replaceAll('\\,', ',').trim())
    .map((one) => /^.+\s:\s(.+)$/.exec(one)?.[1]?.trim() ?? one)
    .filter((one) => one !== '');
}

function automatic({ autoCount, autoMinimum }: Variable, { fromS, toS, scrapeIntervalMs }: Resolving): string {
  const asked = { rangeMs: (toS - fromS) * 1000, points: autoCount, minStep: autoMinimum, scrapeIntervalMs, factor: 1 };
  return durationText(lengths(asked).intervalMs);
}

const labelValues = /^label_values\(\s*(?:([\s\S]+?)\s*,\s*)?([a-zA-Z_]\w*)\s*\)\s*$/;

/** @throws Error for a query that cannot be asked */
async function asked({ query }: Variable, values: Values, { api, fromS, toS }: Resolving): Promise<string[]> {
  const text = interpolated(query, values).trim();
  const span = { start: String(Math.floor(fromS)), end: String(Math.ceil(toS)) };
  if (text === '') throw new Error('it has no query');
  const [isLabels, metric, label] = labelValues.exec(text) ?? [];
  if (isLabels !== undefined && label !== undefined) {
    const match: Record<string, string> = metric === undefined ? {} : { 'match[]': metric };
    return (await api.ask(`/api/v1/label/${label}/values`, namesAnswer, { ...match, ...span })).data;
  }
  if (/^label_names\(\s*\)$/.test(text)) return (await api.ask('/api/v1/labels', namesAnswer, span)).data;
  const [, wanted] = /^metrics\((.*)\)\s*$/s.exec(text) ?? [];
  if (wanted !== undefined) {
    const pattern = new RegExp(wanted);
    const names = await api.ask('/api/v1/label/__name__/values', namesAnswer, span);
    return names.data.filter((name) => pattern.test(name));
  }
  const [, expression] = /^query_result\((.*)\)\s*$/s.exec(text) ?? [];
  if (expression !== undefined) {
    const samples = await api.instant(expression, toS);
    return samples.map(({ labels, value, atS }) => `${seriesText(labels)} ${value} ${Math.round(atS * 1000)}`);
  }
  const series = await api.ask('/api/v1/series', z.array(z.unknown()).pipe(seriesAnswer), { 'match[]': text, ...span });
  return series.data.map(seriesText);
}

function seriesText({ __name__: name = '', ...labels }: Record<string, string>): string {
  const shown = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `${name}{${shown.join(',')}}`;
}

/** What a regular expression takes of each value: its first group, or the one named value. */
function filtered(options: readonly string[], regex: string): string[] {
  if (regex === '') return [...new Set(options)];
  const [, body = regex, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(regex) ?? [];
  const pattern = new RegExp(body, flags.replace('g', ''));
  const kept = options.flatMap((one) => {
    const match = pattern.exec(one);
    if (match === null) return [];
    return match.groups?.value ?? match.groups?.text ?? match[1] ?? one;
  });
  return [...new Set(kept)];
}

/** 0: as they come; then by letters, numbers, and letters in any case, up and down. */
function sorted(options: readonly string[], sort: number): string[] {
  const number = (text: string) => Number(/-?\d+(\.\d+)?/.exec(text)?.[0] ?? Number.NaN);
  const by: Record<number, (a: string, b: string) => number> = {
    1: (a, b) => (a < b ? -1 : 1),
    2: (a, b) => number(a) - number(b),
    3: (a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' }),
  };
  const compare = by[Math.ceil(sort / 2)];
  if (compare === undefined) return [...options];
  const up = [...options].sort(compare);
  return sort % 2 === 0 ? up.reverse() : up;
}
