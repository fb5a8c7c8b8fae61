import os from 'node:os';
import { judgeRun } from '../results/build.ts';
import { looksAtMost } from './abort-after.ts';

/** The process that judges a run under way, at a low priority: the load’s moments must not wait for it. Each message asks for a look at the run in a folder; without anybody to ask, it ends by itself. */
os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
process.on('message', async (folder: string) => {
  try {
    const { objectives } = (await judgeRun(folder, { isRunning: true, looks: looksAtMost })).results;
    const failed = objectives.filter(({ verdict }) => verdict === 'fail');
    if (process.connected) process.send?.(failed.map(({ objective, reason }) => ({ id: objective.id, reason })));
  } catch (error) {
    if (process.connected) process.send?.((error as Error).message);
  }
});
