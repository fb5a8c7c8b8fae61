// The guard, a process of its own: its channel to the harness closes when that is gone, however it went. Then it runs what is left on
// the undo list.
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify } from '../../../evidence/process.ts';
import { monotonicMs, removeListFolder } from './entries.ts';
import type { Post } from './post.ts';
import { hurried, patient, runLeft } from './run-left.ts';

const retries = 5;
const retryMs = 500;
const underwayMs = 250;
/** How often it looks whether a fault should have ended. */
const lookEveryMs = 500;
/** How long after its time a fault stays where the harness is stopped, and where it only does not get to it. */
const lateMs = { stopped: 300, busy: 10_000 };

// An orderly end of the harness is by these signals, often sent to all that it started; the guard has to outlive it.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {});

const post = JSON.parse(process.env.SHAKEDOWN_GUARD ?? '{}') as Partial<Post>;
const { list, record, pointer } = post;
if (list !== undefined && record !== undefined && pointer !== undefined) await stand({ list, record, pointer });

async function stand({ list, record, pointer }: Post): Promise<void> {
  process.send?.('ready', undefined, undefined, () => {});
  // It may have closed while this process loaded.
  const gone = process.connected ? once(process, 'disconnect').then(() => true) : Promise.resolve(true);
  while (!(await Promise.race([gone, sleep(lookEveryMs, false)]))) await endOverdue(list, record);
  // A request that the harness sent last may be carried out after it was undone, so everything is undone twice.
  const before = await runLeft(list, { keep: true });
  const notices = new Map(before.map(({ id, noticed }) => [id, noticed]));
  if (before.length > 0) await sleep(underwayMs);
  for (let tries = 0; ; tries++) {
    const outcomes = await runLeft(list, { patience: tries === 0 ? hurried : patient });
    for (const { noticed, ...outcome } of outcomes) {
      const time = new Date().toISOString();
      note(record, { time, ...outcome, noticed: noticed ?? notices.get(outcome.id) });
    }
    if (outcomes.every(({ error }) => error === null)) break;
    // What is left is found by `shakedown chaos clean`.
    if (tries === retries) return;
    await sleep(retryMs);
  }
  await removeListFolder(list);
  await rm(pointer, { force: true });
}

/** A harness that was stopped (Ctrl-Z, a debugger) or hangs does not take its faults away when their time is over. */
async function endOverdue(list: string, record: string): Promise<void> {
  const isStopped = /[Tt]/.test(identify(process.ppid)?.state ?? '');
  const overMs = monotonicMs() - (isStopped ? lateMs.stopped : lateMs.busy);
  const outcomes = await runLeft(list, {
    passOver({ untilMs, busyUntilMs = untilMs }) {
      const endMs = isStopped ? untilMs : busyUntilMs;
      return endMs === undefined || endMs > overMs;
    },
  });
  const overdue = isStopped ? 'the harness was stopped' : 'the harness did not take it away in time';
  for (const outcome of outcomes) note(record, { time: new Date().toISOString(), ...outcome, overdue });
}

function note(record: string, line: object): void {
  try {
    appendFileSync(record, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  } catch {
    // The run's folder is gone; what was undone is undone.
  }
}
