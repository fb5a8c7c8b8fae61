import { grouped } from '../../../gate/words.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import { chosenBaselines, withBaselineAnswers } from './baselines.ts';

/**
 * That later runs are held against what a run answered which is kept as a baseline, though nobody compared that with anything, and how to take it back; null: there is
 * no such answer.
 */
export async function uncheckedAnswersLine(
  facts: Pick<RunFacts, 'folder' | 'started' | 'plan' | 'learned'>,
): Promise<string | null> {
  const { plan, learned = [], folder, started } = facts;
  if (plan === null) return null;
  const expected = withBaselineAnswers(plan.plan, await chosenBaselines(folder)).routes;
  const known = new Set(
    expected.flatMap(({ method, route, answers }) => (answers?.shape === undefined ? [] : `${method} ${route}`)),
  );
  const unchecked = learned.filter(({ route }) => !known.has(route)).length;
  if (unchecked === 0) return null;
  const routes = `${grouped(unchecked)} ${unchecked === 1 ? 'route' : 'routes'}`;
  return `What ${routes} answered was compared with nothing: neither the recording nor a baseline has it. This run is kept as a baseline, ${started.runId}, and later runs are held against its answers: look at some of them. To take it back: shakedown baseline remove ${started.runId}; to keep another run: shakedown baseline add <run>.`;
}
