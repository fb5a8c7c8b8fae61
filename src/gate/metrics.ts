import type { Objective } from '../model/verdict.ts';
import { causeKinds, type Metric } from './metric.ts';
import { requirement } from './words.ts';

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
    const statistic = objective.statistic === 'value' ? '' : `${objective.statistic} `;
    const route = objective.route === undefined ? '' : ` of ${objective.route}`;
    return `${statistic}${metric?.words ?? objective.metric}${route}`;
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
