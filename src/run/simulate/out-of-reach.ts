import { judgeable } from '../../config/schema.ts';
import { notPlanned, selectionOf, tooShortToCompare } from '../../domains/load/public.ts';
import { holds } from '../../gate/comparison.ts';
import { changed } from '../../gate/objectives.ts';
import { amount, duration, grouped, list, requirement } from '../../gate/words.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { percentileOf, tagsOf } from '../../model/objective.ts';
import type { PlanSummary } from '../../model/plan.ts';
import { type Objective, readinessWord, verdictWord } from '../../model/verdict.ts';
import { domains } from '../domains.ts';
import { foldRun } from '../results/fold.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** One side of the interval that shares are judged by. */
const tail = 0.025;
/** Over the rate that is needed, for a plan is not exact to the request. */
const margin = 1.05;

/** What would be needed of a run for one objective. */
interface Need {
  /** `throughput above 1,000 /s (60 /s are planned)` */
  text: string;
  durationMs?: number;
  ratePerSecond?: number;
}

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
  const longestMs = Math.max(0, ...needs.map((need) => need.durationMs ?? 0));
  const fastest = Math.max(0, ...needs.map((need) => need.ratePerSecond ?? 0));
  return {
    reasons: needs.map(({ text }) => text),
    needs: [
      ...(longestMs > 0 ? [`--duration ${option(longestMs)}`] : []),
      ...(fastest > 0 ? [`--rate ${Math.ceil(fastest)}`] : []),
    ],
  };
}

function needOf(objective: Objective, plan: { requests: number; rate: number; durationMs: number }): Need | null {
  const { metric, statistic, comparison, target, unit, minimumSamples, windowS } = objective;
  const { requests, rate, durationMs } = plan;
  if (metric === 'throughput')
    return holds(rate, comparison, target)
      ? null
      : {
          text: `throughput ${requirement(objective)} (planned: ${amount(rate, '/s', target)})`,
          ratePerSecond: target * margin,
        };
  if (metric === 'stable_time' && unit === 'h')
    return durationMs >= target * hourMs
      ? null
      : {
          text: `${duration(target * hourMs)} of stable time (planned: ${duration(durationMs)})`,
          durationMs: target * hourMs,
        };
  const allowed = metric === 'availability' ? 100 - target : metric === 'error_rate' ? target : null;
  // Without a single failure: the fewest requests that show the share.
  const forShare = allowed !== null && allowed > 0 && allowed < 100 ? Math.log(tail) / Math.log(1 - allowed / 100) : 0;
  const isSampled = allowed !== null || metric === 'response_time';
  const needed = Math.ceil(Math.max(forShare, isSampled ? minimumSamples : 0));
  if (windowS !== undefined && rate > 0 && durationMs >= windowS * 1000) {
    const p = percentileOf(statistic);
    const inEach = Math.ceil(p === null ? forShare : Math.log(tail) / Math.log(p / 100));
    if (rate * windowS < inEach)
      return {
        text: `${objective.title.toLowerCase()} ${requirement(objective)} in every ${duration(windowS * 1000)} (needs ${grouped(inEach)} requests in each)`,
        ratePerSecond: (margin * inEach) / windowS,
      };
  }
  if (windowS !== undefined && durationMs < windowS * 1000)
    return {
      text: `${objective.title.toLowerCase()} in every ${duration(windowS * 1000)} (planned: ${duration(durationMs)})`,
      durationMs: windowS * 1000,
    };
  if (needed <= requests || rate <= 0) return null;
  const takesMs = (1000 * needed) / rate;
  return {
    text: `${objective.title.toLowerCase()} ${requirement(objective)} (needs ${grouped(needed)} requests, ${duration(Math.ceil(takesMs / 1000) * 1000)} at this rate)`,
    durationMs: takesMs,
  };
}

/** As `--duration` takes it, rounded up. */
function option(ms: number): string {
  if (ms >= hourMs && ms % hourMs === 0) return `${ms / hourMs}h`;
  return `${Math.ceil(ms / minuteMs)}m`;
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
