// How often a canary release of an identical version is rolled back, how often and how soon a worse one is, and how others' rules do on the same rollouts.
// How often the memory of good and of leaking versions makes a blue-green move or a rollout turn around.
// Arguments: --rollouts 200
import { parseArgs } from 'node:util';
import { heaps, moved, rolledOut } from './heaps.ts';
import { printPower } from './power.ts';
import { byRule, type Made, mannWhitney, type Outcome, ours, planOf, ratioRule } from './rollouts.ts';

const { values } = parseArgs({ options: { rollouts: { type: 'string', default: '200' } } });
const rollouts = Number(values.rollouts);
const judges: Record<string, (made: Made) => Outcome> = {
  Shakedown: ours,
  'Mann–Whitney at the end of a step (Kayenta)': (made) => byRule(made, mannWhitney),
  'ratio above 1.1, twice (Argo Rollouts)': (made) => byRule(made, ratioRule),
};
const cases: { name: string; times: number; failed: number }[] = [
  { name: 'identical', times: 1, failed: 0 },
  { name: '+10 %', times: 1.1, failed: 0 },
  { name: '+25 %', times: 1.25, failed: 0 },
  { name: '+50 %', times: 1.5, failed: 0 },
  { name: '1 % fail', times: 1, failed: 0.01 },
  { name: '3 % fail', times: 1, failed: 0.03 },
];

const plans = [
  { title: '100 requests/s, steps 5, 25 and 50 % of 25 s', ...planOf(100, [5, 25, 50, 100]) },
  { title: '500 requests/s, one step: 25 % of 25 s', ...planOf(500, [25, 100]) },
];

for (const { title, ...plan } of plans) {
  console.log(`${title}: ${rollouts} rollouts each. Rolled back, and the time until then: median and 95 % of them.\n`);
  console.log(`| candidate | φ | ${Object.keys(judges).join(' | ')} |`);
  console.log(
    `| --- | --- | ${Object.keys(judges)
      .map(() => '---')
      .join(' | ')} |`,
  );
  for (const { name, ...version } of cases) {
    for (const phi of [0, 0.5, 0.9]) {
      const cells = Object.entries(judges).map(([title, judge]) => {
        // These rules are given response times only, so of failures they are not asked.
        if (version.failed > 0 && title !== 'Shakedown') return 'not asked';
        const outcomes = Array.from({ length: rollouts }, (_, seed) => judge({ ...plan, ...version, phi, seed }));
        const back = outcomes.filter(({ rolledBack }) => rolledBack).map(({ afterMs }) => afterMs);
        back.sort((a, b) => a - b);
        const at = (share: number) => ((back[Math.floor(share * back.length)] ?? 0) / 1000).toFixed(0);
        const share = `${((100 * back.length) / rollouts).toFixed(1)} %`;
        return back.length === 0 || name === 'identical' ? share : `${share}, ${at(0.5)} and ${at(0.95)} s`;
      });
      console.log(`| ${name} | ${phi} | ${cells.join(' | ')} |`);
    }
  }
  console.log('');
}

printPower(rollouts);

console.log(
  `Memory, φ = 0.5, ${rollouts} of each: turned around in a blue-green move + unclear at its end / rolled back in a rollout, in %, by the leak.\n`,
);
const leaks = [0, 150, 300, 600];
console.log(
  `| a heap that is | ${leaks.map((leak) => (leak === 0 ? 'no leak' : `${leak} MB a minute`)).join(' | ')} |`,
);
console.log(`| --- | ${leaks.map(() => '---').join(' | ')} |`);
for (const heap of heaps) {
  const cells = leaks.map((leak) => {
    const seeds = Array.from({ length: rollouts }, (_, seed) => seed);
    const share = (count: number) => ((100 * count) / rollouts).toFixed(0);
    const found = seeds.map((seed) => moved(heap, 0.5, seed, leak));
    const back = seeds.filter((seed) => rolledOut(heap, 0.5, seed, leak) !== null);
    const of = (what: string) => share(found.filter((each) => each === what).length);
    return `${of('turned around')} + ${of('unclear')} / ${share(back.length)}`;
  });
  console.log(`| ${heap.name} | ${cells.join(' | ')} |`);
}
