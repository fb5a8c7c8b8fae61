import type { CellOptions } from './curves.ts';
import type { Processes } from './processes.ts';

const pilotTrials = 40;
const pilotKayenta = 2;
const [fewest, most] = [500, 10_000];
/** The pilot runs cold, and what is measured beside it does too: time is kept back for what it did not see. */
const spare = 0.85;

/** Trials of Kayenta's rule beside so many of ours: it sorts all pairs of windows, which is slow. */
export function kayentaTrialsOf(trials: number, windows: number): number {
  return Math.min(trials, Math.round((100 * trials) / windows ** 2) + 100);
}

/** How many trials of every cell there is time for, by a few of each. @param cells with `kayentaTrials` 0 where it is left out */
export async function trialsWithin(
  seconds: number,
  jobs: number,
  cells: readonly CellOptions[],
  processes: Processes,
): Promise<number> {
  const from = performance.now();
  const ours = await processes.run(cells.map((cell) => ({ cell: { ...cell, trials: pilotTrials, kayentaTrials: 0 } })));
  const both = await processes.run(
    cells
      .filter(({ kayentaTrials }) => kayentaTrials > 0)
      .map((cell) => ({ cell: { ...cell, trials: pilotKayenta, kayentaTrials: pilotKayenta } })),
  );
  const trialSeconds = ours.map((one) => one.seconds / pilotTrials);
  const rule: { windows: number; seconds: number }[] = [];
  cells.forEach(({ kayentaTrials, windows }, i) => {
    const found = kayentaTrials > 0 ? both[rule.length] : undefined;
    if (found !== undefined)
      rule.push({ windows, seconds: Math.max(0, found.seconds / pilotKayenta - (trialSeconds[i] ?? 0)) });
  });
  const left = spare * seconds - (performance.now() - from) / 1000;
  const needed = (trials: number) =>
    (trials * trialSeconds.reduce((sum, one) => sum + one, 0) +
      rule.reduce((sum, one) => sum + kayentaTrialsOf(trials, one.windows) * one.seconds, 0)) /
    jobs;
  let [low, high] = [fewest, most];
  while (high - low > 50) {
    const middle = (low + high) / 2;
    if (needed(middle) <= left) low = middle;
    else high = middle;
  }
  return Math.floor((needed(most) <= left ? most : low) / 100) * 100;
}
