// A small harness to be killed: starts a guard, stops a process, says so, and waits.
import { createGuard } from '../../../src/domains/chaos/guard/guard.ts';
import { identify } from '../../../src/evidence/process.ts';

const {
  folder = '',
  registry = '',
  victim = '',
  endAfterMs = '',
} = JSON.parse(process.env.HARNESS ?? '{}') as Record<string, string>;
const pid = Number(victim);
const guard = await createGuard({ folder, registry, signal: new AbortController().signal });
const entry = await guard.add('let the victim go on', [
  { kind: 'signal', pid, startTicks: identify(pid)?.startTicks ?? 0, signal: 'SIGCONT' },
]);
process.kill(pid, 'SIGSTOP');
if (endAfterMs !== '') {
  await entry.endAfter(Number(endAfterMs));
  process.on('message', async () => {
    await entry.run();
    process.send?.({ ended: entry.endedByGuard() });
  });
}
process.send?.({ guard: guard.pid() });
setInterval(() => {}, 1000);
