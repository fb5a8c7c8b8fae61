import type { Measurement } from '../../../gate/measurement.ts';
import { list } from '../../../gate/words.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { Objective } from '../../../model/verdict.ts';
import type { Baseline, ChosenBaselines } from './baselines.ts';
import { recent } from './regression.ts';
import { windowSeries } from './series.ts';
import { medianTimes, type Statistic } from './times.ts';

/** What objectives about a change against earlier runs come to, by id. */
export async function comparedMeasurements(
  objectives: readonly Objective[],
  facts: RunFacts,
  chosen: ChosenBaselines | null,
): Promise<ReadonlyMap<string, Measurement>> {
  const asked = objectives.filter(({ comparedWith }) => comparedWith !== undefined);
  if (asked.length === 0) return new Map();
  const series = chosen === null || chosen.baselines.length === 0 ? [] : await windowSeries(facts);
  const schedule = facts.plan?.plan.scheduleSha256 ?? '';
  return new Map(
    asked.map((objective): [string, Measurement] => {
      const { id, route = 'all', statistic, target } = objective;
      const nothing = (absent: string): [string, Measurement] => [id, { value: null, samples: 0, absent }];
      const baselines = earlierRuns(objective, chosen);
      if (chosen?.otherHardware !== undefined) return nothing(chosen.otherHardware);
      if (baselines.length === 0)
        return nothing(
          chosen?.notCompared ??
            `no ${objective.comparedWith === 'pinned' ? 'pinned run' : 'earlier run'} to compare with`,
        );
      const candidate = series.find(({ subject }) => subject === route);
      const found =
        candidate === undefined ? null : medianTimes(baselines, candidate, statistic as Statistic, schedule, target);
      if (found?.compared == null)
        return nothing('too few windows with enough requests, or none of this route, in this run or in those before');
      const { compared, arms } = found;
      const measurement = {
        value: compared.change().percent,
        samples: facts.judged.counts.completed + facts.judged.counts.failed,
        interval: (confidence: number) => compared.interval(confidence),
        note: `Compared with ${list(baselines.map(({ runId }) => runId))}, in ${arms.candidate.length} windows.`,
      };
      return [id, measurement];
    }),
  );
}

function earlierRuns({ comparedWith }: Objective, chosen: ChosenBaselines | null): readonly Baseline[] {
  if (chosen === null) return [];
  if (comparedWith === 'pinned') return chosen.baselines.filter(({ pinned }) => pinned === true);
  const last = recent(chosen).filter(({ pinned }) => pinned !== true);
  return comparedWith === 'last' ? last.slice(0, 1) : last;
}
