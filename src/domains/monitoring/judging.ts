import { hasLoad, type RunFacts, type Span } from '../../model/run-facts.ts';
import type { Judging } from '../domain.ts';
import { events } from './events.ts';
import { Watched } from './fold.ts';
import { closestToLimit, metrics } from './metrics.ts';
import { objectives } from './objectives.ts';
import type { MonitoringSection } from './section.ts';
import { whyDriftIsNotAsked } from './stability/asked.ts';
import { ownGrowth, resourcesOf, stabilityOf } from './stability/build.ts';
import { outagesOf } from './stability/downtime.ts';

/** What was watched beside the load: whether the target stood firm, and what it took of its resources. */
export const judging: Judging<Watched, MonitoringSection> = {
  events,
  begin: () => new Watched(),
  add: (state, event, disturbed) => state.add(event, disturbed),
  spans,
  allObjectives: objectives,
  objectives: (_, facts) => (hasLoad(facts) ? objectives : []),
  metrics,
  async section(state, { facts, objectives: asked, warn }) {
    if (!hasLoad(facts)) return null;
    const stability = stabilityOf(state, facts, asked);
    for (const sentence of ownGrowth(stability)) warn(sentence);
    // Steps of different rates have no trend.
    return { ...(facts.isSearch ? {} : { stability }), resources: resourcesOf(state) };
  },
  select(state, section, choice, facts) {
    if (facts.isSearch || !hasLoad(facts)) return choice;
    const leftOut = new Map([
      // Without a watch it could only ever be inconclusive.
      [
        'utilization',
        closestToLimit(state) === null
          ? 'Resources of the target were not watched against a limit; see `watch` in the configuration.'
          : null,
      ],
      ['drift', whyDriftIsNotAsked(choice.objectives, section?.stability?.trends ?? [])],
    ]);
    const why = ({ id }: { id: string }) => (choice.isNamed(id) ? null : (leftOut.get(id) ?? null));
    return {
      ...choice,
      objectives: choice.objectives.filter((objective) => why(objective) === null),
      missing: [...choice.missing, ...choice.objectives.flatMap((objective) => why(objective) ?? [])],
    };
  },
};

function spans({ alerts, generators }: Watched, { health }: RunFacts): Span[] {
  const domain = 'monitoring';
  return [
    ...alerts.map(({ name, fromMs, toMs, open }): Span => {
      return { kind: 'alert', domain, label: name, fromMs, toMs: open ? Number.POSITIVE_INFINITY : toMs };
    }),
    ...outagesOf(health).map(({ fromMs, toMs, reason }): Span => {
      return { kind: 'outage', domain, label: `health check: ${reason}`, fromMs, toMs };
    }),
    ...generators.flatMap(({ atMs, reason }): Span[] => {
      if (reason === 'start') return [];
      return [{ kind: 'generator', domain, label: `generator: ${reason}`, fromMs: atMs, toMs: atMs }];
    }),
  ];
}
