import { amount, duration, list } from '../../../gate/words.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import { compareWindows } from '../../../stats/compare/compare.ts';
import type { Baseline } from './baselines.ts';
import { chosenBaselines } from './baselines.ts';
import { recent } from './regression.ts';
import { pointLengthMs } from './series.ts';
import { armsAgainst } from './times.ts';

const confidence = 0.95;
const windowsAtLeast = 10;
const minuteMs = 60_000;

/**
 * Why a run is not going to be shown to be no slower than the baselines chosen for it, even where nothing changed; null: it may be, or has none. Said
 * before the load: the first run of a short length passes, for it is compared with nothing, and the next ones would be inconclusive.
 * @param facts before the load: plan and engine are known
 * @param marginPercent slowdown that is tolerated
 */
export async function tooShortToCompare(
  facts: Pick<RunFacts, 'folder' | 'started' | 'plan' | 'engine' | 'windows'>,
  marginPercent: number,
): Promise<string | null> {
  const chosen = await chosenBaselines(facts.folder);
  if (chosen === null || chosen === 'unreadable' || chosen.baselines.length === 0) return null;
  if (chosen.otherHardware !== undefined)
    return `The comparison with earlier runs will be inconclusive: ${chosen.otherHardware}. A run on this machine that is kept as a baseline decides it for later ones: shakedown baseline add <run>.`;
  const pointMs = pointLengthMs(facts);
  const windows = Math.floor(facts.started.durationMs / pointMs);
  if (windows < windowsAtLeast)
    return `The comparison with earlier runs will be inconclusive: it has ${windows} windows of ${duration(pointMs)}, and ten are needed. --duration ${minutes(windowsAtLeast * pointMs)} would do.`;
  const schedule = facts.plan?.plan.scheduleSha256 ?? '';
  const found = (['p50', 'p95'] as const).flatMap((statistic) => {
    const percent = uncertainty(recent(chosen), statistic, schedule, windows);
    return percent === null || percent <= marginPercent ? [] : [{ statistic, percent }];
  });
  if (found.length === 0) return null;
  const widest = Math.max(...found.map(({ percent }) => percent));
  // Intervals become narrower with the root of the count.
  const times = (Math.log1p(widest / 100) / Math.log1p(marginPercent / 100)) ** 2;
  const said = list(found.map(({ statistic, percent }) => `its ${statistic} to within ${amount(percent, '%')}`));
  return `The comparison with earlier runs may be inconclusive, even if nothing changed: by how much the windows of those scatter, ${duration(facts.started.durationMs)} show ${said}, and ${amount(marginPercent, '%')} are asked for. About ${minutes(facts.started.durationMs * times)} would do (--duration), or a wider target of the objective regression.`;
}

/** How far above an unchanged run's figure its interval would reach, percent; null: too few windows. */
function uncertainty(
  baselines: readonly Baseline[],
  statistic: 'p50' | 'p95',
  schedule: string,
  windows: number,
): number | null {
  const [newest, before] = baselines;
  const all = newest?.series.find(({ subject }) => subject === 'all');
  if (newest === undefined || all === undefined) return null;
  // Two earlier runs of the plan show how far runs of it differ, window by window.
  const pair = before === undefined ? null : armsAgainst(before, all, statistic, schedule);
  const arms = pair ?? armsAgainst(newest, all, statistic, '');
  if (arms === null) return null;
  const [first, second] = [arms.baseline.slice(0, windows), arms.candidate.slice(0, windows)];
  const compared = compareWindows(first, second, arms.design);
  if (compared === null) return null;
  const { high } = compared.interval(confidence);
  return 100 * ((1 + high / 100) / (1 + compared.change().percent / 100) - 1);
}

function minutes(ms: number): string {
  return `${Math.ceil(ms / minuteMs)}m`;
}
