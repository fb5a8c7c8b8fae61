import { type CellOptions, measureCell, steps } from './curves.ts';
import { pool } from './least-favourable.ts';
import { limit } from './limit.ts';
import { oracle } from './peers.ts';
import { findable, type Limits } from './table.ts';

/** What a process of the bench is asked; it answers with a `Cell`, or with `Limits` by φ. */
export type Task = { cell: CellOptions } | { limits: Pick<Limits, 'design' | 'windows'>; drawsOfEach: number };

function limits({ design, windows }: Pick<Limits, 'design' | 'windows'>, drawsOfEach: number): Limits[] {
  const drawn = pool({ design, windows, drawsOfEach, seed: 1000 + windows });
  return [0, 0.3, 0.5, 0.7, 0.9].map((correlation) => {
    const most = steps.map((step) => {
      const known = oracle({ correlation, white: 0 }, windows, step);
      if (step === 0 || known < findable) return null;
      const all = limit(drawn, correlation, step, 'correlation and white noise');
      // To know more cannot make it less.
      return { all, correlation: all >= 0.9 * known ? all : limit(drawn, correlation, step, 'correlation') };
    });
    return { design, windows, correlation, most };
  });
}

process.on('message', (task: Task) => {
  process.send?.('cell' in task ? measureCell(task.cell) : limits(task.limits, task.drawsOfEach));
});
