import type { Cell } from './curves.ts';

const percent = (share: number) => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)}`);
const power = (share: number | undefined) => (share === undefined || Number.isNaN(share) ? '–' : share.toFixed(2));

/** Where the test that knows the noise finds less than this, there is little for anyone to find. */
export const findable = 0.5;

/** The most power that a test can have which does not know the noise, by slowdown; null where the oracle has little. */
export interface Limits {
  design: Cell['design'];
  windows: number;
  correlation: number;
  most: ({ all: number; correlation: number } | null)[];
}

/** In Markdown. */
export interface JudgeText {
  /** A few sentences, for docs/measured.md. */
  summary: string;
  /** The tables, for docs/judge.md. */
  curves: string;
}

export function judgeText(
  cells: readonly Cell[],
  limits: readonly Limits[],
  trials: number,
  quick: boolean,
): JudgeText {
  const first = cells.filter(({ noise, tails }) => noise.white === 0 && tails === 'normal' && noise.correlation <= 0.9);
  const white = cells.filter(({ noise }) => noise.white > 0);
  const worst = (of: readonly Cell[], who: 'ours' | 'kayenta') =>
    percent(Math.max(...of.map((cell) => cell[who][0] ?? 0)));
  // What chance alone makes of a rate that is set at 0.8 %.
  const error = percent(Math.sqrt(0.008 / trials));
  const count = { cases: 0, reached: 0, reachable: 0, knowingWhite: 0, ofReachable: 0 };
  for (const cell of first) {
    limitsOf(cell, limits)?.most.forEach((most, i) => {
      const known = cell.oracle[i] ?? 0;
      if (most === null || i === 0) return;
      const enough = (share: number) => Number(share >= 0.9 * known);
      count.cases++;
      count.reached += enough(cell.ours[i] ?? 0);
      count.reachable += enough(most.all);
      count.knowingWhite += enough(most.correlation);
      count.ofReachable += Number((cell.ours[i] ?? 0) >= 0.9 * Math.min(most.all, known));
    });
  }
  const few = first.filter(({ windows }) => windows < 50);
  const many = first.filter(({ windows }) => windows >= 100);
  const share = (of: readonly Cell[]) => {
    const all = of.flatMap((cell) =>
      cell.oracle.flatMap((known, i) => (i > 0 && known >= findable ? [(cell.ours[i] ?? 0) >= 0.9 * known] : [])),
    );
    return `${all.filter(Boolean).length} of ${all.length}`;
  };
  const summary = [
    `${quick ? '**With `--quick`: to see that it works, not to be quoted.** ' : ''}${trials.toLocaleString('en')} simulated pairs of arms a row; φ is the correlation of neighbouring windows. ` +
      `False alarms at worst: ${worst(first, 'ours')} % in first-order noise (Kayenta’s rule: ${worst(first, 'kayenta')} %), ${worst(white, 'ours')} % with white noise over it, whatever its share (each of ${first.length + white.length} rates with a standard error of ${error} %; they are set to be at most 0.8 %). ` +
      `Power is at least 0.9 of the oracle’s, a test that knows φ, the variance and the common noise, in ${count.reached} of the ${count.cases} cases in which the oracle finds the slowdown half of the time or more: ` +
      `in ${share(many)} with 100 windows or more, in ${share(few)} with 20 or fewer.`,
    '',
    `No test can do so everywhere. Twenty windows cannot distinguish φ 0.9 from 0.5, and whoever must not cry wolf at 0.9 must keep quiet at 0.5 too, where the oracle need not. ` +
      `The second bound, *limit*, is the most power that any test can have which does not know the noise and alarms on at most 1 % of equal arms for every φ up to 0.9 and every share of white noise; each slowdown has a test of its own there. ` +
      `It reaches 0.9 of the oracle’s in ${count.reachable} of those ${count.cases} cases (in ${count.knowingWhite} if it knew that there is no white noise); the judge, one test for all of them, has 0.9 of the limit’s in ${count.ofReachable}. In the others it says inconclusive.`,
  ].join('\n');
  const curves = [
    '## False alarms and power: ours / limit / oracle / Kayenta',
    '',
    'σ is the standard deviation of a window’s figure. With common noise the arms share noise of twice that, and are paired. The oracle is exact; the limit is simulated, to 0.02 from a thousand draws (`--draws`), to 0.04 from a few hundred.',
    '',
    '| arms | φ | windows | false alarms, % | +5 %, σ 2 % | +10 %, σ 2 % | +5 %, σ 5 % | +10 %, σ 5 % |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...[...first].sort(byNoise).map((cell) => row(cell, limitsOf(cell, limits))),
    '',
    '## With white noise over it: ours / oracle',
    '',
    '| arms | φ | white, share of the variance | windows | false alarms, % | +5 %, σ 2 % | +10 %, σ 2 % | +5 %, σ 5 % | +10 %, σ 5 % |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...white.map(
      (cell) =>
        `| ${[armsOf(cell), cell.noise.correlation, cell.noise.white, cell.windows, `${percent(cell.ours[0] ?? 0)} / 1.0`, ...shown.map((i) => `${power(cell.ours[i])} / ${power(cell.oracle[i])}`)].join(' | ')} |`,
    ),
    '',
    `Beyond what is promised, false alarms are: ${cells
      .filter((cell) => !first.includes(cell) && !white.includes(cell))
      .map(told)
      .join('; ')}.`,
  ].join('\n');
  return { summary, curves };
}

/** Places in `slowdowns`, in the order of the columns. */
const shown = [3, 4, 1, 2];

function limitsOf({ design, noise, windows }: Cell, limits: readonly Limits[]): Limits | undefined {
  return limits.find(
    (one) => one.design === design && one.windows === windows && one.correlation === noise.correlation,
  );
}

function byNoise(a: Cell, b: Cell): number {
  return a.design.localeCompare(b.design) || a.noise.correlation - b.noise.correlation || a.windows - b.windows;
}

const armsOf = ({ design }: Cell) => (design === 'paired' ? 'common noise' : 'independent');

function row(cell: Cell, limits: Limits | undefined): string {
  const alarms = `${percent(cell.ours[0] ?? 0)} / 1.0 / 1.0 / ${percent(cell.kayenta[0] ?? 0)}`;
  const powers = shown.map((i) =>
    [cell.ours[i], limits?.most[i]?.all, cell.oracle[i], cell.kayenta[i]].map(power).join(' / '),
  );
  return `| ${[armsOf(cell), cell.noise.correlation, cell.windows, alarms, ...powers].join(' | ')} |`;
}

function told({ noise, tails, windows, ours }: Cell): string {
  const what = tails === 'heavy' ? `heavy tails (Student’s t, 5) and φ ${noise.correlation}` : `φ ${noise.correlation}`;
  return `${percent(ours[0] ?? 0)} % with ${what}, ${windows} windows`;
}
