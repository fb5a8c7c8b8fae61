// A harness that makes one fault after another, to be ended at any moment: SIGTERM as an operator would, SIGKILL as nobody should.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Component } from '../../../../src/domains/chaos/fault.ts';
import { faults } from '../../../../src/domains/chaos/faults/index.ts';
import { createGuard } from '../../../../src/domains/chaos/guard/guard.ts';
import { createInjector } from '../../../../src/domains/chaos/injector.ts';
import { seeded } from '../../../random.ts';

export interface HarnessOrder {
  folder: string;
  registry: string;
  link: Extract<Component, { kind: 'link' }>;
  victim: number;
  seed: number;
}

const kinds: [fault: string, component: string, args: Record<string, unknown>][] = [
  ['latency', 'link', { delayMs: 60 }],
  ['bandwidth', 'link', { kilobytesPerSecond: 1 }],
  ['timeout', 'link', {}],
  ['slicer', 'link', { averageBytes: 16 }],
  ['down', 'link', {}],
  ['process-stop', 'victim', {}],
];

const order = JSON.parse(process.env.HARNESS ?? '{}') as HarnessOrder;
const abort = new AbortController();
const random = seeded(order.seed);
const guard = await createGuard({ ...order, signal: abort.signal });
const injector = createInjector({
  faults,
  components: [
    { ...order.link, name: 'link' },
    { kind: 'process', name: 'victim', pid: () => order.victim },
  ],
  undo: guard,
  now: () => performance.now(),
  on: () => {},
});
let ending: Promise<void> | undefined;
process.on('SIGTERM', () => {
  abort.abort();
  ending ??= injector
    .revertAll('harness')
    .then(() => guard.close())
    .then(() => process.disconnect());
});
process.send?.({ guard: guard.pid() });
while (!abort.signal.aborted) {
  const [fault, component, args] = kinds[Math.floor(random() * kinds.length)] ?? ['down', 'link', {}];
  try {
    const seconds = (random() * 200) / 1000;
    const request = { experiment: 'residue', fault, component, arguments: args, seconds };
    const { id } = await injector.inject(request, abort.signal);
    await injector.lasts(id, seconds);
    await sleep(seconds * 1000, undefined, { signal: abort.signal });
    await injector.revert(id, 'rollback');
  } catch {
    // Ended in the middle.
  }
}
await ending;
