import { appendFileSync } from 'node:fs';
import { WindowLog } from '../../../../src/domains/load/windows/log.ts';
import { appendWindow, lengths, startedAt, windowMs } from './logged.ts';

// The process behind log.test.ts: appends windows, notes each one in `events` once it is in the logs, and kills itself before a step of a merge.
const [folder = '', events = '', step = '', times = '1'] = process.argv.slice(2);
let left = Number(times);
const log = new WindowLog({
  folder,
  windowMs,
  startedAt,
  merge: lengths,
  onStep: (found) => {
    if (found === step && --left === 0) process.kill(process.pid, 'SIGKILL');
  },
});
for (let index = 0; index < 40; index++) {
  // Nothing was asked of the target for a while.
  if (index >= 9 && index < 19) continue;
  appendWindow(log, index);
  appendFileSync(events, `${index}\n`);
}
log.close();
