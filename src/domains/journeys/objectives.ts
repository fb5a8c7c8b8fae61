import type { Journey } from '../../model/journeys.ts';
import type { Objective } from '../../model/verdict.ts';

/**
 * What journeys are judged by, where the configuration gives them an objective: the replay must bring sessions as far as production did.
 * They stand beside any table of objectives, since the journey itself asks for them.
 */
export function journeyObjectives(journeys: readonly Journey[]): Objective[] {
  return journeys.flatMap(({ name, objective }, place): Objective[] =>
    objective === undefined
      ? []
      : [
          {
            id: `journey-${place + 1}`,
            title: `Journey “${name}” completed`,
            gate: 'parity',
            metric: 'journey_completion',
            statistic: 'value',
            journey: name,
            unit: '%',
            ...objective,
          },
        ],
  );
}
