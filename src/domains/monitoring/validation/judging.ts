import type { Metric } from '../../../gate/metric.ts';
import type { Objective } from '../../../model/verdict.ts';
import { partMetric, partObjective, policyAsksFor } from '../../part-objectives.ts';
import { type PartsSection, partsSection } from '../../part-section.ts';
import type { ValidationFold } from './fold.ts';
import { parts } from './parts.ts';

const prefix = 'monitoring';

/** One for each part: nothing of it failed. */
export const validationObjectives: readonly Objective[] = parts.map((part) =>
  partObjective(prefix, 'monitoring', part),
);

/** Those of the parts that were asked for, by the command or by a policy. */
export function objectivesOfValidation({ started }: ValidationFold, config: unknown): readonly Objective[] {
  if (started === null) return [];
  if (policyAsksFor('monitoring', config)) return validationObjectives;
  const { chosen } = started;
  return validationObjectives.filter(({ id }) => chosen.some((part) => id === `${prefix}-${part}`));
}

/** @param sectionOf finds it in that of the domain; null: this run has none */
export function validationMetrics<State, Section>(
  sectionOf: (section: Section) => PartsSection | undefined,
): Metric<State, Section>[] {
  return parts.map((part) =>
    partMetric<State, Section>({ prefix, words: 'the validation of' }, part, (section) => {
      const found = sectionOf(section);
      return found === undefined ? undefined : { results: found.parts, notBegun: found.notBegun };
    }),
  );
}

/** null: this run has none. */
export async function validationSection(fold: ValidationFold): Promise<PartsSection | null> {
  return fold.started === null ? null : partsSection(parts, fold.started.chosen, fold);
}
