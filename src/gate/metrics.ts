import { limitMsOf } from '../model/objective.ts';
import type { Objective } from '../model/verdict.ts';
import { causeKinds, type Metric } from './metric.ts';
import { duration, grouped, requirement } from './words.ts';

/** Metrics by their ids, in the order in which their causes are named. */
export class Metrics {
  readonly #byId: ReadonlyMap<string, Metric>;
  readonly #order: ReadonlyMap<string, number>;

  /** @param metrics in the order of the domains */
  constructor(metrics: readonly Metric[]) {
    this.#byId = new Map(metrics.map((metric) => [metric.id, metric]));
    const byCause = causeKinds.flatMap((kind) => metrics.filter(({ cause }) => cause === kind));
    this.#order = new Map(byCause.map(({ id }, place) => [id, place]));
  }

  get ids(): string[] {
    return [...this.#byId.keys()];
  }

  of({ metric }: Pick<Objective, 'metric'>): Metric | undefined {
    return this.#byId.get(metric);
  }

  /** Place among causes: the lower, the earlier it is named. */
  place({ metric }: Pick<Objective, 'metric'>): number {
    return this.#order.get(metric) ?? this.#order.size;
  }

  /** What is measured, within a sentence: `p99 response time of GET /products/:id`. */
  subject(objective: Objective): string {
    const metric = this.of(objective);
    if (metric?.subject !== undefined) return metric.subject(objective);
    const words = metric?.words ?? objective.metric;
    const limitMs = limitMsOf(objective.statistic);
    const statistic = objective.statistic === 'value' ? words : `${objective.statistic} ${words}`;
    const what = limitMs === null ? statistic : `share of ${words}s above ${grouped(limitMs)} ms`;
    const change = objective.comparedWith === undefined ? '' : 'change of ';
    const against = objective.comparedWith === undefined ? '' : ` against ${earlier[objective.comparedWith]}`;
    return `${change}${what}${scope(objective)}${against}`;
  }

  /** The same in a word or two, for a tile: `p99`. */
  shortSubject(objective: Objective): string {
    const { shortWords, words } = this.of(objective) ?? { shortWords: undefined, words: objective.metric };
    return typeof shortWords === 'function' ? shortWords(objective) : (shortWords ?? words);
  }

  /** What is wanted, within a sentence: `p99 response time below 200 ms`. */
  wanted(objective: Objective): string {
    return this.of(objective)?.wanted?.(objective) ?? `${this.subject(objective)} ${requirement(objective)}`;
  }
}

const earlier = {
  last: 'the last run',
  median: 'the median of the last runs',
  pinned: 'the pinned run',
} as const;

/** ` of GET /search in the worst 1 min without the first 5 min`; empty: all of the run. */
export function scope({ route, method, tag, tenant, excludeFirstS, windowS }: Objective): string {
  const of = [method, route].filter((one) => one !== undefined).join(' ');
  const tagged = `${tag === undefined ? '' : ` with ${tag.replaceAll(',', ', ')}`}${tenant === undefined ? '' : ` of tenant ${tenant}`}`;
  const without = excludeFirstS === undefined ? '' : ` without the first ${duration(excludeFirstS * 1000)}`;
  const within = windowS === undefined ? '' : ` in the worst ${duration(windowS * 1000)}`;
  return `${of === '' ? '' : ` of ${of}`}${tagged}${within}${without}`;
}
