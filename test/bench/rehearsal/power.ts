import { compareWindows } from '../../../src/stats/compare/compare.ts';
import { oracle } from '../judge/peers.ts';
import { armsOf, mannWhitney, ours, planOf, ratioRule, requestScatter } from './rollouts.ts';

const slowdowns = [0, 5, 10];
const moments = 0.05;
const windows = 125;

/** How often a slowdown of 5 and 10 % is seen at 25 % of 500 requests/s within 25 s, where none at all is allowed. */
export function printPower(rollouts: number): void {
  console.log(
    `No slowdown allowed, 500 requests/s, 25 % for 25 s, ${rollouts} rollouts: seen by a rollout (all its looks) / one look at the end / the most that a test can see which knows the noise / Mann–Whitney / ratio rule, in %.\n`,
  );
  console.log(`| φ | ${slowdowns.map((percent) => (percent === 0 ? 'identical' : `+${percent} %`)).join(' | ')} |`);
  console.log(`| --- | ${slowdowns.map(() => '---').join(' | ')} |`);
  const plan = planOf(500, [25, 100], 0);
  // A window of 200 ms has 25 answers.
  const white = requestScatter ** 2 / 25;
  const deviation = Math.sqrt(white + moments ** 2);
  for (const phi of [0, 0.5, 0.9]) {
    const cells = slowdowns.map((percent) => {
      const times = 1 + percent / 100;
      const found = Array.from({ length: rollouts }, (_, seed) => {
        const made = { ...plan, phi, moments, times, failed: 0, seed };
        const { control, candidate } = armsOf(made, 0);
        const { rolledBack, afterMs } = ours(made);
        return [
          rolledBack && afterMs <= 25_000,
          (compareWindows(control, candidate, 'paired')?.pSlower(0) ?? 1) < 0.01,
          mannWhitney(control, candidate),
          ratioRule(control, candidate),
        ];
      });
      const share = (i: number) => ((100 * found.filter((each) => each[i] === true).length) / rollouts).toFixed(0);
      const noise = { correlation: phi, white: white / (white + moments ** 2) };
      const most = 100 * oracle(noise, windows, Math.log(times) / deviation);
      return [share(0), share(1), most.toFixed(0), share(2), share(3)].join(' / ');
    });
    console.log(`| ${phi} | ${cells.join(' | ')} |`);
  }
  console.log('');
}
