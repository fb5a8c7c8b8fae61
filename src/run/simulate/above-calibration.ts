import type { ChosenEngine } from '../../domains/load/public.ts';
import { usualHonesty } from '../../domains/settings.ts';
import { type Calibration, keptCalibration } from '../../environment/calibration.ts';
import { grouped } from '../../gate/words.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import type { PlanSummary } from '../../model/plan.ts';

/**
 * That the busiest second of a plan has more requests than this machine sends, by its calibration, a sentence; null: it has not, or there is none of
 * this machine and this k6. Said before the load.
 * @param generators k6 processes that share the load: a calibration is of one
 */
export async function aboveCalibrationLine(
  { honesty }: Pick<ResolvedConfig, 'honesty'>,
  { info, run }: Pick<ChosenEngine, 'info' | 'run'>,
  plan: Pick<PlanSummary, 'peakRatePerSecond'>,
  generators: number,
  env?: NodeJS.ProcessEnv,
): Promise<string | null> {
  const isOneK6Here = run.name === 'k6' && run.places === undefined && generators === 1;
  // What counts as late enough for an invalid window was another thing when the machine was calibrated.
  const isUsual = honesty.maxGeneratorLatenessMs <= usualHonesty.maxGeneratorLatenessMs;
  if (!isOneK6Here || !isUsual || info.build === 'embedded') return null;
  const { version, build } = info;
  const kept = await keptCalibration({ k6: { version, build } }, env);
  return kept === null || plan.peakRatePerSecond <= kept.ratePerSecond ? null : lineOf(plan, kept);
}

function lineOf({ peakRatePerSecond }: Pick<PlanSummary, 'peakRatePerSecond'>, kept: Calibration): string {
  const planned = `The plan has ${grouped(Math.round(peakRatePerSecond))} requests in its busiest second`;
  const rate = grouped(kept.ratePerSecond);
  const day = kept.at.slice(0, 10);
  const remedy =
    'lower --rate or --scale, share the load between machines (--engine kubernetes --parallelism), or measure again: `shakedown doctor --calibrate`';
  return kept.atLeast === null
    ? `${planned}, and this machine sends about ${rate} (calibrated on ${day}): windows above that are likely to be invalid. To avoid that, ${remedy}.`
    : `${planned}, and this machine is known to send ${rate} (calibrated on ${day}; ${kept.atLeast}): whether it can send more is not known. Should windows be invalid, ${remedy}.`;
}
