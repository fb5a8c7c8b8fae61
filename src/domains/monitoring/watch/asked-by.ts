import type { ResolvedConfig } from '../../../model/config.ts';
import type { Objective } from '../../../model/verdict.ts';
import type { ResolvedWatch } from '../configuration.ts';

type Query = NonNullable<ResolvedWatch['prometheus']>['queries'][number];

/** Id of the watched figure that an objective is about. */
export function askedBy({ id, figure }: Pick<Objective, 'id' | 'figure'>): string {
  return figure ?? `objective.${id}`;
}

/** Ids of the watched figures that objectives are about. */
export function judgedFigures({ objectives }: Pick<ResolvedConfig, 'objectives'>): string[] {
  return Object.values(objectives ?? {}).map(({ id = '', figure }: Partial<Objective>) => figure ?? askedBy({ id }));
}

/** What Prometheus is asked: the configured queries, and those of objectives. */
export function queriesOf({ watch, objectives }: Pick<ResolvedConfig, 'watch' | 'objectives'>): Query[] {
  const own = Object.values(objectives ?? {}).flatMap(({ id, title, query }: Partial<Objective>): Query[] =>
    id === undefined || query === undefined
      ? []
      : [{ id: askedBy({ id }), title: title ?? id, query, kind: 'other', unit: 'count', limit: null }],
  );
  return [...(watch.prometheus?.queries ?? []), ...own];
}
