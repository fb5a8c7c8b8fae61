import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writePage } from '../table.ts';
import type { Cell, CellOptions } from './curves.ts';
import type { Task } from './part.ts';
import { judgeText, type Limits } from './table.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    trials: { type: 'string', default: '10000' },
    /** Of each kind of noise, for the limit. */
    draws: { type: 'string', default: '1000' },
    /** Processes. */
    jobs: { type: 'string', default: '1' },
  },
});
const trials = values.quick ? 500 : Number(values.trials);
const tasks: Task[] = [];
const measure = (options: Pick<Cell, 'design' | 'noise' | 'windows'> & Partial<CellOptions>) => {
  tasks.push({ cell: { trials, tails: 'normal', kayentaTrials: 0, seed: tasks.length + 1, ...options } });
};

for (const design of ['independent', 'paired'] as const) {
  for (const windows of [200, 100, 50, 20, 10]) {
    tasks.push({ limits: { design, windows }, drawsOfEach: values.quick ? 200 : Number(values.draws) });
    const kayentaTrials = Math.min(trials, Math.round((100 * trials) / windows ** 2) + 100);
    for (const correlation of [0, 0.3, 0.5, 0.7, 0.9]) {
      measure({ design, noise: { correlation, white: 0 }, windows, kayentaTrials });
    }
  }
  for (const white of [0.2, 0.5, 0.8]) {
    for (const correlation of [0.5, 0.9]) {
      for (const windows of [20, 50, 200]) measure({ design, noise: { correlation, white }, windows });
    }
  }
}
for (const windows of [20, 50, 200]) {
  for (const correlation of [0.5, 0.9]) {
    measure({ design: 'independent', noise: { correlation, white: 0 }, windows, tails: 'heavy' });
  }
  measure({ design: 'independent', noise: { correlation: 0.95, white: 0 }, windows });
}

const found: (Cell | Limits[])[] = [];
const from = performance.now();
let next = 0;
/** Hands one process task after task, until none is left. Each task is seeded, so who does it makes no odds. */
function work(): Promise<void> {
  return new Promise((resolve, reject) => {
    // Not-a-number has to come through.
    const child = fork(fileURLToPath(new URL('./part.ts', import.meta.url)), { serialization: 'advanced' });
    let at = -1;
    const give = () => {
      at = next++;
      const task = tasks[at];
      if (task === undefined) child.disconnect();
      else child.send(task);
    };
    child.on('message', (answer) => {
      found[at] = answer as Cell | Limits[];
      console.error(`${at + 1} of ${tasks.length}: ${((performance.now() - from) / 1000).toFixed(0)} s`);
      give();
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`A process of the bench ended with ${code}.`)),
    );
    give();
  });
}
await Promise.all(Array.from({ length: Number(values.jobs) }, work));

const cells = found.filter((one): one is Cell => !Array.isArray(one));
const limits = found.filter(Array.isArray).flat();
const { summary, curves } = judgeText(cells, limits, trials, values.quick);
console.log(`${summary}\n\n${curves}`);
if (values.write) {
  const markers = { begin: '<!-- judge:start -->', end: '<!-- judge:end -->' };
  console.error(await writePage(summary, markers));
  console.error(await writePage(curves, markers, 'docs/judge.md'));
}
