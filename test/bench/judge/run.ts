import { parseArgs } from 'node:util';
import { writePage } from '../table.ts';
import { coverageText, healthyText } from './coverage-table.ts';
import type { Cell, CellOptions } from './curves.ts';
import { driftText } from './drift.ts';
import { kayentaTrialsOf, trialsWithin } from './pace.ts';
import type { Task } from './part.ts';
import { Processes } from './processes.ts';
import { judgeText } from './table.ts';
import { tcpdText } from './tcpd.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    trials: { type: 'string', default: '10000' },
    /** Minutes that all of it may take: as many trials as there is time for, in place of `trials`. */
    within: { type: 'string' },
    /** Of each kind of noise, for the limit. */
    draws: { type: 'string', default: '1000' },
    /** Processes. */
    jobs: { type: 'string', default: '1' },
    /** Parts of it: curves, coverage, healthy, drift. */
    only: { type: 'string', default: 'curves,coverage,healthy,drift' },
    /** A copy of the Turing Change Point Dataset, if there is one: adds its table. */
    tcpd: { type: 'string' },
  },
});
const markers = (name: string) => ({ begin: `<!-- ${name}:start -->`, end: `<!-- ${name}:end -->` });
const parts = values.only.split(',');
const log = (line: string) => console.error(line);
for (const [part, text] of [
  ['coverage', () => coverageText(values.quick ? 100 : 400, 1000, log)],
  ['healthy', () => healthyText(values.quick ? 3 : 42, log)],
  ['drift', () => driftText(values.quick ? 60 : 200, log)],
] as const) {
  if (!parts.includes(part)) continue;
  const found = await text();
  console.log(`${found}\n`);
  if (values.write) log(await writePage(found, markers(part), 'docs/judge.md'));
}
if (values.tcpd !== undefined) console.log(tcpdText(values.tcpd));
if (!parts.includes('curves')) process.exit();

const from = performance.now();
const jobs = Number(values.jobs);
const cells: CellOptions[] = [];
const limitTasks: Task[] = [];
const measure = (options: Pick<Cell, 'design' | 'noise' | 'windows'> & Partial<CellOptions>) => {
  // Seeded by its place among all tasks.
  const seed = cells.length + limitTasks.length + 1;
  cells.push({ trials: 0, tails: 'normal', kayentaTrials: 0, seed, ...options });
};

for (const design of ['independent', 'paired'] as const) {
  for (const windows of [200, 100, 50, 20, 10]) {
    limitTasks.push({ limits: { design, windows }, drawsOfEach: values.quick ? 200 : Number(values.draws) });
    for (const correlation of [0, 0.3, 0.5, 0.7, 0.9]) {
      measure({ design, noise: { correlation, white: 0 }, windows, kayentaTrials: 1 });
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

const secondsGone = () => (performance.now() - from) / 1000;
const processes = new Processes(jobs);
const all = limitTasks.length + cells.length;
const say = (done: number) => console.error(`${done} of ${all}: ${secondsGone().toFixed(0)} s`);
const limits = (await processes.run(limitTasks, say)).flatMap(({ answer }) => (Array.isArray(answer) ? answer : []));
const leftSeconds = values.within === undefined ? null : Number(values.within) * 60 - secondsGone();
const trials = values.quick
  ? 500
  : leftSeconds === null
    ? Number(values.trials)
    : await trialsWithin(leftSeconds, jobs, cells, processes);
console.error(`${trials} pairs of arms each`);
const tasks = cells.map((cell): Task => {
  const kayentaTrials = cell.kayentaTrials === 0 ? 0 : kayentaTrialsOf(trials, cell.windows);
  return { cell: { ...cell, trials, kayentaTrials } };
});
const found = await processes.run(tasks, (done) => say(limitTasks.length + done));
processes.end();

const measured = found.flatMap(({ answer }) => (Array.isArray(answer) ? [] : [answer]));
const { summary, curves } = judgeText(measured, limits, trials, values.quick);
console.log(`${summary}\n\n${curves}`);
if (values.write) {
  console.error(await writePage(summary, markers('judge')));
  console.error(await writePage(curves, markers('judge'), 'docs/judge.md'));
}
