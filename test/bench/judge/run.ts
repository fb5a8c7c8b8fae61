import { parseArgs } from 'node:util';
import { writeReadme } from '../table.ts';
import { type Cell, measureCell } from './curves.ts';
import { judgeText } from './table.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const trials = values.quick ? 1000 : 10_000;
const cells: Cell[] = [];
const from = performance.now();
for (const design of ['independent', 'paired'] as const) {
  for (const phi of [0, 0.3, 0.5, 0.7, 0.9]) {
    for (const windows of [10, 20, 50, 100, 200]) {
      const kayentaTrials = Math.min(trials, Math.round((values.quick ? 2e5 : 4e6) / windows ** 2));
      cells.push(measureCell({ design, noise: 'ar1', phi, windows, trials, kayentaTrials, seed: cells.length + 1 }));
    }
  }
  console.error(`${design}: ${((performance.now() - from) / 1000).toFixed(0)} s`);
}
for (const noise of ['heavy tails', 'with white noise'] as const) {
  for (const phi of [0.5, 0.9]) {
    for (const windows of [50, 200]) {
      const options = { design: 'independent', noise, phi, windows, kayentaTrials: 0 } as const;
      cells.push(measureCell({ ...options, trials: trials / 2, seed: cells.length + 1 }));
    }
  }
}
console.error(`in all ${((performance.now() - from) / 1000).toFixed(0)} s`);
const text = judgeText(cells, trials, values.quick);
console.log(text);
if (values.write) console.error(await writeReadme(text, { begin: '<!-- judge:start -->', end: '<!-- judge:end -->' }));
