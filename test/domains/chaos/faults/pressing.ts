// Puts pressure on, tells the pid of its worker, and waits to be killed.
import { cpuPressure } from '../../../../src/domains/chaos/faults/cpu-pressure.ts';
import { listInMemory } from './undo-steps.ts';

const undo = listInMemory();
const args = cpuPressure.schema.parse({ workers: 2, means: process.argv[2] });
const self = { kind: 'process', name: 'self', pid: () => process.pid } as const;
const active = await cpuPressure.inject(args, self, { undo, signal: AbortSignal.timeout(60_000), noop: false });
const { seen } = await active.prove();
const [step] = undo.added[0]?.steps ?? [];
process.stdout.write(`${JSON.stringify({ seen, pid: step?.kind === 'signal' ? step.pid : 0 })}\n`);
setInterval(() => {}, 1000);
