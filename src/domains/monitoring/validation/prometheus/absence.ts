import type { Matcher, Selector } from '../promql/expression.ts';
import { selectorText } from '../promql/questions.ts';
import type { PrometheusApi } from './api.ts';
import { whyNotCollected } from './node-collectors.ts';

/**
 * Why a selector has no series. `never`: no target has ever had the metric, as far back as was asked; `uncollected`: an exporter that is there has it on
 * other machines, or with other options; `announced`: a target names the metric and has no
 * series of it yet; `stale`: it was there and is not any more; `label`: the metric has no such label; `target`: no target has such a label;
 * `value`: no series has this value yet, as of an error that has not happened.
 */
export type Absence =
  | { kind: 'present'; series: number }
  | { kind: 'never' | 'uncollected' | 'announced' | 'stale' | 'label' | 'target' | 'value'; words: string };

export interface Asking {
  api: PrometheusApi;
  /** Seconds since the epoch, by the clock of the Prometheus. */
  nowS: number;
  /** How far back it is looked for what has gone, seconds. */
  backS: number;
  /** Labels that targets have of themselves: `job`, `instance` and what service discovery adds. */
  targetLabels: ReadonlySet<string>;
  /** Metrics that targets announce, or that rules record once there is something to record. */
  announced: ReadonlySet<string>;
}

/** Made by Prometheus itself as alerts become active. */
const synthetic = new Set(['ALERTS', 'ALERTS_FOR_STATE']);
const shownValues = 5;

/** @throws PrometheusProblem */
export async function absence(selector: Selector, asking: Asking): Promise<Absence> {
  const { api, nowS } = asking;
  const series = await api.count(selectorText(selector), nowS);
  if (series > 0) return { kind: 'present', series };
  if (selector.metric !== null && synthetic.has(selector.metric))
    return { kind: 'announced', words: 'no such alert is active' };
  if (selector.metric === null) return { kind: 'value', words: `no series is as \`${selectorText(selector)}\`` };
  const alone = { ...selector, matchers: [] };
  if ((await api.count(selector.metric, nowS)) === 0) return gone(alone, asking);
  for (const matcher of selector.matchers) {
    if ((await api.count(selectorText({ ...alone, matchers: [matcher] }), nowS)) > 0) continue;
    return unmatched(selector.metric, matcher, asking);
  }
  return { kind: 'value', words: `no series of \`${selector.metric}\` has all of ${matchersText(selector)}` };
}

async function gone(selector: Selector, { api, nowS, backS, announced }: Asking): Promise<Absence> {
  const name = selector.metric ?? '';
  const seen = await api.count(`present_over_time(${name}[${Math.ceil(backS)}s])`, nowS);
  if (seen > 0)
    return { kind: 'stale', words: `\`${name}\` was there in the last ${hours(backS)} and is not any more` };
  if (announced.has(name) || announced.has(name.replace(/_(total|bucket|sum|count)$/, '')))
    return { kind: 'announced', words: `\`${name}\` is known and has no series yet` };
  const why = await whyNotCollected(name, api, nowS);
  if (why !== null) return { kind: 'uncollected', words: `there is no \`${name}\`: ${why}` };
  return { kind: 'never', words: `no target has a series \`${name}\`` };
}

async function unmatched(metric: string, matcher: Matcher, { api, nowS, targetLabels }: Asking): Promise<Absence> {
  const { label } = matcher;
  const values = await api.instant(`count by (${label}) (${metric}{${label}!=""})`, nowS);
  const text = `${label}${matcher.operator}${JSON.stringify(matcher.value)}`;
  if (values.length === 0) return { kind: 'label', words: `\`${metric}\` has no label \`${label}\`` };
  const all = values.map(({ labels }) => labels[label] ?? '').sort();
  const found = all.slice(0, shownValues);
  const more = values.length > shownValues ? ` and ${values.length - shownValues} more` : '';
  return {
    kind: targetLabels.has(label) ? 'target' : 'value',
    words: `no series of \`${metric}\` has \`${text}\`; there is ${found.join(', ')}${more}`,
  };
}

function matchersText({ matchers }: Selector): string {
  return `\`${matchers.map(({ label, operator, value }) => `${label}${operator}${JSON.stringify(value)}`).join(', ')}\``;
}

function hours(seconds: number): string {
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
