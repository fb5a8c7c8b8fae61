import { type Cell, slowdowns } from './curves.ts';

const percent = (share: number) => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)}`);
const power = (share: number | undefined) => (share ?? 0).toFixed(2);

/** Where the test that knows the noise finds less than this, there is little for anyone to find. */
const findable = 0.5;

/** A few sentences and the table, in Markdown. */
export function judgeText(cells: readonly Cell[], trials: number, quick: boolean): string {
  const assumed = cells.filter(({ noise }) => noise === 'ar1');
  const others = cells.filter(({ noise }) => noise !== 'ar1');
  const worst = (of: readonly Cell[], who: 'ours' | 'kayenta') => Math.max(...of.map((cell) => cell[who][0] ?? 0));
  let reached = 0;
  let all = 0;
  for (const cell of assumed) {
    slowdowns.forEach(({ percent: slowdown }, i) => {
      if (slowdown === 0 || (cell.oracle[i] ?? 0) < findable) return;
      all++;
      if ((cell.ours[i] ?? 0) >= 0.9 * (cell.oracle[i] ?? 0)) reached++;
    });
  }
  return [
    `${quick ? '**With `--quick`: to see that it works, not to be quoted.** ' : ''}${trials.toLocaleString('en')} simulated pairs of arms a row; φ is the correlation of neighbouring windows. ` +
      `False alarms at worst: ${percent(worst(assumed, 'ours'))} % (Kayenta’s rule: ${percent(worst(assumed, 'kayenta'))} %). ` +
      `Power is at least 0.9 of the oracle’s, a test that knows φ, the variance and the common noise, in ${reached} of the ${all} cases in which the oracle finds the slowdown half of the time or more; ` +
      'in the others it says inconclusive where the oracle alarms.',
    '',
    '<details><summary>False alarms and power: ours / oracle / Kayenta</summary>',
    '',
    'σ is the standard deviation of a window’s figure. With common noise the arms share noise of twice that, and are paired.',
    '',
    '| arms | φ | windows | false alarms, % | +5 %, σ 2 % | +10 %, σ 2 % | +5 %, σ 5 % | +10 %, σ 5 % |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...assumed.map(row),
    '',
    '</details>',
    '',
    `Where the noise is not what the judge takes it for, false alarms are: ${others.map(told).join('; ')}.`,
  ].join('\n');
}

function row(cell: Cell): string {
  const alarms = `${percent(cell.ours[0] ?? 0)} / ${percent(cell.oracle[0] ?? 0)} / ${percent(cell.kayenta[0] ?? 0)}`;
  const powers = [1, 2, 3, 4].map(
    (i) => `${power(cell.ours[i])} / ${power(cell.oracle[i])} / ${power(cell.kayenta[i])}`,
  );
  const arms = cell.design === 'paired' ? 'common noise' : 'independent';
  return `| ${[arms, cell.phi, cell.windows, alarms, ...powers].join(' | ')} |`;
}

function told(cell: Cell): string {
  const what = cell.noise === 'heavy tails' ? 'heavy tails (Student’s t, 5)' : 'white noise of the same size over it';
  return `${percent(cell.ours[0] ?? 0)} % with ${what}, φ ${cell.phi}, ${cell.windows} windows`;
}
