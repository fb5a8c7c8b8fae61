import { parseDuration } from '../../domains/duration.ts';

const number = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;

/** k6's grammar of a threshold (metrics/thresholds_parser.go): aggregation, operator, number. */
const expression = new RegExp(
  String.raw`^\s*(value|count|rate|avg|min|max|med|p\(\s*(${number})\s*\))\s*(<=|<|>=|>|===|==|!=)\s*(${number})\s*$`,
);

export interface Threshold {
  aggregation: string;
  /** Of a percentile, 0 … 100. */
  p: number | null;
  comparison: '<' | '<=' | '>' | '>=' | '=';
  value: number;
}

/** Reads `p(95)<200`; a string says why it cannot be an objective. */
export function thresholdOf(text: string): Threshold | string {
  const [, aggregation, percentile, operator, value] = expression.exec(text) ?? [];
  if (aggregation === undefined || operator === undefined) return 'it is no threshold expression of k6';
  if (operator === '!=') return 'what must differ from a figure cannot be an objective';
  const p = percentile === undefined ? null : Number(percentile);
  if (p !== null && !(p >= 0 && p <= 100)) return 'percentiles are 0 to 100';
  if (p !== null && !Number.isInteger(Number((p * 10_000).toPrecision(12))))
    return 'percentiles have four decimals at the most';
  const comparison = operator.startsWith('==') ? '=' : (operator as Threshold['comparison']);
  return { aggregation, p, comparison, value: Number(value) };
}

/** `p97.5`, `mean`; the 0th percentile of k6 is the least, and the 100th the greatest. */
export function statisticOf({ aggregation, p }: Pick<Threshold, 'aggregation' | 'p'>): string {
  if (p !== null) return p === 100 ? 'max' : p === 0 ? 'min' : `p${p}`;
  return aggregation === 'avg' ? 'mean' : aggregation === 'med' ? 'p50' : aggregation;
}

/** Whether times have it. */
export function isOfTimes({ aggregation, p }: Pick<Threshold, 'aggregation' | 'p'>): boolean {
  return p !== null || ['avg', 'min', 'max', 'med'].includes(aggregation);
}

/** Reads `http_req_duration{method:GET,name:/x}`; a string says what is wrong with it. */
export function metricOf(key: string): { metric: string; tags: [string, string][] } | string {
  const [, metric, inner] = /^([^{}]+)(?:\{(.*)\})?$/.exec(key) ?? [];
  if (metric === undefined) return 'its braces are not k6’s';
  const tags: [string, string][] = [];
  for (const pair of inner?.split(',') ?? []) {
    const [, tag = '', value = ''] = /^([^:]*):(.*)$/.exec(pair) ?? [];
    const [name, of] = [bare(tag), bare(value)];
    // Left out, the threshold would be about more requests than it was meant for.
    if (name === '' || of === '') return `"${pair.trim()}" is no tag with a value`;
    tags.push([name, of]);
  }
  return { metric: metric.trim(), tags };
}

function bare(text: string): string {
  return text.trim().replace(/^["']+|["']+$/g, '');
}

const longestMs = 86_400_000;

/** k6’s `delayAbortEval`, in ms: a text such as `10s`, or a number of ms; without one, 0. A string says what is wrong with it. */
export function delayMsOf(delay: unknown): number | string {
  if (delay === undefined || delay === null) return 0;
  const text = typeof delay === 'string' ? delay.trim() : delay;
  const isNumber = typeof text === 'string' && /^\d+(\.\d+)?$/.test(text);
  const isNone = typeof text === 'string' && /^0(ms|s|m|h)$/.test(text);
  const ms = isNone ? 0 : isNumber ? Number(text) : typeof text === 'string' ? parseDuration(text) : text;
  if (typeof ms === 'string') return ms;
  if (typeof ms !== 'number' || !(ms >= 0)) return 'write it as 10s, or as a number of milliseconds';
  return ms <= longestMs ? ms : 'it is a day at the most';
}

/** Tags that k6 gives by itself, of which nothing is recorded. */
export const tagsOfK6: ReadonlySet<string> = new Set([
  ...['proto', 'subproto', 'status', 'group', 'check', 'error', 'error_code', 'tls_version', 'scenario', 'service'],
  ...['expected_response', 'vu', 'iter', 'ip', 'ocsp_status'],
]);
