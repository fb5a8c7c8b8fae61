// The guard, a process of its own: its channel to the harness closes when that is gone, however it went. Then it runs what is left on
// the undo list.
import { appendFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeListFolder } from './entries.ts';
import type { Post } from './post.ts';
import { hurried, patient, runLeft } from './run-left.ts';

const retries = 5;
const retryMs = 500;
const underwayMs = 250;

// An orderly end of the harness is by these signals, often sent to all that it started; the guard has to outlive it.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {});

const post = JSON.parse(process.env.SHAKEDOWN_GUARD ?? '{}') as Partial<Post>;
const { list, record, pointer } = post;
if (list !== undefined && record !== undefined && pointer !== undefined) await stand({ list, record, pointer });

async function stand({ list, record, pointer }: Post): Promise<void> {
  process.send?.('ready', undefined, undefined, () => {});
  // It may have closed while this process loaded.
  if (process.connected) await new Promise((resolve) => process.once('disconnect', resolve));
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

function note(record: string, line: object): void {
  try {
    appendFileSync(record, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  } catch {
    // The run's folder is gone; what was undone is undone.
  }
}
