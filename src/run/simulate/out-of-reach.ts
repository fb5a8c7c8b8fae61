import { judgeable } from '../../config/schema.ts';
import { enoughFor, type Need, needOf, notPlanned, selectionOf, tooShortToCompare } from '../../domains/load/public.ts';
import { changed } from '../../gate/objectives.ts';
import { list } from '../../gate/words.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { tagsOf } from '../../model/objective.ts';
import type { PlanSummary } from '../../model/plan.ts';
import { type Objective, readinessWord, verdictWord } from '../../model/verdict.ts';
import { domains } from '../domains.ts';
import { foldRun } from '../results/fold.ts';

type Planned = Pick<PlanSummary, 'requests' | 'averageRatePerSecond' | 'routes' | 'tagged'>;

/**
 * Which objectives no run of this plan can pass, however well the target does, and what would be long and fast enough; null: all are within reach. Said
 * before the load, for a day is a long time to learn it.
 * @param objectives those that the run will be judged by
 */
export function outOfReach(
  objectives: readonly Objective[],
  plan: Planned,
  durationMs: number,
): { reasons: string[]; needs: string[] } | null {
  const { requests, averageRatePerSecond: rate } = plan;
  const needs = objectives.flatMap((objective): Need[] => {
    if (!objective.key) return [];
    if (selectionOf({ plan: { plan } }, objective).keys?.size === 0)
      return [{ text: `${objective.title}: ${notPlanned({ plan: { plan } }, objective, 'is')}` }];
    if (objective.route !== undefined || tagsOf(objective).length > 0) return [];
    const need = needOf(objective, { requests, rate, durationMs });
    return need === null ? [] : [need];
  });
  if (needs.length === 0) return null;
  return { reasons: needs.map(({ text }) => text), needs: enoughFor(needs) };
}

/** The same in a sentence, of what the configuration and its policy ask for; null: nothing is out of reach. */
export async function outOfReachLine(
  config: ResolvedConfig,
  plan: Planned,
  durationMs: number,
): Promise<string | null> {
  const { policy } = config;
  const found = outOfReach(await judgedBy(config), plan, durationMs);
  if (found === null) return null;
  const word = policy === undefined ? verdictWord.pass : readinessWord.pass;
  const enough = found.needs.length === 0 ? '' : ` It would need ${found.needs.join(' ')}.`;
  return `This run cannot come out ${word}, however well the target does, for it cannot show ${list(found.reasons)}.${enough}`;
}

/** Objectives that a run is judged by, as far as they are known before it: of a policy, those of its gates. */
async function judgedBy({ objectives: given, policy }: ResolvedConfig): Promise<Objective[]> {
  const { defaults } = await judgeable(domains);
  const objectives = changed(changed(defaults, given), policy?.objectives ?? null);
  return policy === undefined ? objectives : objectives.filter(({ gate }) => policy.gates.includes(gate));
}

/** That a run whose baselines are chosen is too short to be compared with them, a sentence or more; null: it is not, or that is not asked for. */
export async function tooShortLine(config: ResolvedConfig, runFolder: string): Promise<string | null> {
  const asked = (await judgedBy(config)).find(({ metric, key }) => metric === 'regression' && key);
  return asked === undefined ? null : tooShortToCompare((await foldRun(runFolder)).facts, asked.target);
}
