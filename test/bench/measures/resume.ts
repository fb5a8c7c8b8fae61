import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { eventsOf, type Project, project, sampleConfig, windowsOf } from '../../e2e/project.ts';
import { beside, type Measure, short } from '../measure.ts';
import { needed } from '../replay.ts';

/** How long it takes a run whose harness was killed to send requests again. */
export const resume: Measure = {
  name: 'resume',
  limitMinutes: 4,
  async run(context) {
    const shop = project(sampleConfig('', ''));
    const env = { SHAKEDOWN_K6: needed(context).path };
    try {
      const { child, ended } = shop.start(['simulate', '--duration', '150s'], env);
      const folder = await windowsOf(shop, child, 3);
      const killedMs = Date.now();
      child.kill('SIGKILL');
      await ended;
      const seconds = await secondsToGoOn(shop, folder, env);
      const windows = (await readdir(join(folder, 'windows'))).length;
      const row = beside(
        'resume: start to first request',
        `${short(seconds)} s`,
        '`shakedown simulate --resume` of a run of the bundled sample system whose harness was killed (`kill -9`): from the command to the first request of the plan, the sample system’s start included',
      );
      return { rows: [row], raw: { seconds, killedMs, windows } };
    } finally {
      shop.remove();
    }
  },
};

async function secondsToGoOn(shop: Project, folder: string, env: NodeJS.ProcessEnv): Promise<number> {
  const startedMs = Date.now();
  const { child, ended } = shop.start(['simulate', '--resume', folder], env);
  try {
    for (;;) {
      await wait(200);
      const [, second] = eventsOf(folder, 'shakedown.load.started');
      if (second !== undefined) {
        const { startedAt, fromMs } = second as { startedAt: string; fromMs: number };
        // Its clock still counts from the first start; what is planned from `fromMs` on is sent.
        return (Date.parse(startedAt) + fromMs - startedMs) / 1000;
      }
      if (child.exitCode !== null) throw new Error((await ended).stderr.trim().split('\n').at(-1) ?? 'it ended');
    }
  } finally {
    child.kill('SIGINT');
    await ended;
  }
}
