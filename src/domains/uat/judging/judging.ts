import type { RunFacts } from '../../../model/run-facts.ts';
import type { Judging, ObjectiveChoice } from '../../domain.ts';
import { events } from '../events.ts';
import { feedbackDoubts, feedbackOf, satisfactionSet } from '../feedback/settings.ts';
import type { UatSection } from '../section.ts';
import { acceptanceOf, isUatRun } from './acceptance.ts';
import { UatFold } from './fold.ts';
import { metrics } from './metrics.ts';
import { missingLines } from './missing.ts';
import {
  acceptanceObjectives,
  faultScenarioObjectives,
  satisfactionObjective,
  underLoadObjectives,
} from './objectives.ts';
import { roundBands } from './sums.ts';
import { underLoadOf } from './under-load.ts';

/** How scenarios are judged: those of a run of their own by all that was seen, those beside a load by what the load and faults did to them. */
export const judging: Judging<UatFold, UatSection> = {
  events,
  metrics,
  allObjectives: [...acceptanceObjectives, satisfactionObjective, ...underLoadObjectives, ...faultScenarioObjectives],
  begin: () => new UatFold(),
  add: (fold, event) => fold.add(event),

  objectives(fold, facts, config) {
    if (!fold.any) return [];
    if (isUatRun(facts.folder))
      return [...acceptanceObjectives, ...(satisfactionSet(config) ? [satisfactionObjective] : [])];
    return [...underLoadObjectives, ...(hadFaults(facts) ? faultScenarioObjectives : [])];
  },
  async section(fold, { facts, config }) {
    const { started } = fold;
    const feedback = feedbackOf(facts.folder, config);
    if (started === null) return feedback.all.answers === 0 ? null : { vitals: [], feedback };
    const run = { fold, started, facts };
    if (isUatRun(facts.folder)) return { acceptance: acceptanceOf(run), vitals: [], feedback };
    return { ...underLoadOf(run), ...(feedback.all.answers === 0 ? {} : { feedback }) };
  },
  select: (fold, _, choice, facts) => (fold.any && isUatRun(facts.folder) ? ofAcceptance(choice) : choice),
  gates: (fold) => (fold.any ? ['uat'] : []),
  doubts: (_, section, { started }) => (section === null ? [] : feedbackDoubts(started.config)),
  missing: ({ started }, section) =>
    section?.acceptance === undefined || started === null ? [] : missingLines(section.acceptance, started),
  bands: (_, { underLoad }, facts) => (underLoad === undefined ? [] : roundBands(underLoad, facts.judged.endMs)),
};

/**
 * A whole table of the user's own is written for a load. Scenarios alone are judged by all that acceptance asks for, whatever that table holds, each
 * as it says where it says anything.
 */
function ofAcceptance(choice: ObjectiveChoice): ObjectiveChoice {
  const given = (metric: string) => choice.objectives.find((objective) => objective.metric === metric);
  const satisfaction = given(satisfactionObjective.metric);
  const asked = acceptanceObjectives.map((objective) => given(objective.metric) ?? objective);
  return { ...choice, objectives: satisfaction === undefined ? asked : [...asked, satisfaction] };
}

function hadFaults({ spans }: RunFacts): boolean {
  return spans.some(({ kind }) => kind === 'fault');
}
