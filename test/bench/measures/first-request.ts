import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JournalEvent } from '../../../src/model/event.ts';
import { type BenchContext, beside, type Measure, short } from '../measure.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** How long a user waits from the command to the first request, the sample system's start included. */
export const firstRequest: Measure = {
  name: 'first-request',
  limitMinutes: 3,
  async run(context) {
    // The first warms the caches of files and of the sample's database.
    await secondsToLoad(context);
    const seconds: number[] = [];
    for (let i = 0; i < (context.quick ? 1 : 3); i++) seconds.push(await secondsToLoad(context));
    const middle = [...seconds].sort((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? Number.NaN;
    const row = beside(
      'time to first request, warm start',
      `${short(middle)} s`,
      `\`shakedown simulate --duration 2s\` with the bundled sample and recording: from the command to the load’s start; ${seconds.length === 1 ? 'once' : `median of ${seconds.length}`}`,
    );
    return { rows: [row], raw: { seconds } };
  },
};

async function secondsToLoad({ scratch }: BenchContext): Promise<number> {
  const out = await mkdtemp(join(scratch, 'first-'));
  const startedMs = Date.now();
  const child = spawn(process.execPath, ['bin/shakedown.mjs', 'simulate', '--duration', '2s', '--out', out], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(child, 'close');
  const [run] = await readdir(out);
  if (run === undefined) throw new Error(`There was no run: ${said.trim().split('\n').at(-1)}`);
  const journal = await readFile(join(out, run, 'journal.ndjson'), 'utf8');
  for (const line of journal.split('\n').filter((text) => text !== '')) {
    const event = JSON.parse(line) as JournalEvent;
    if (event.type !== 'shakedown.load.started') continue;
    const { startedAt } = event.data as JournalEvent<'shakedown.load.started'>['data'];
    return (Date.parse(startedAt) - startedMs) / 1000;
  }
  throw new Error(`The load of ${run} never started: ${said.trim().split('\n').at(-1)}`);
}
