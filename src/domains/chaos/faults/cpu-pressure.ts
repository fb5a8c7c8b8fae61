import { cpus } from 'node:os';
import { z } from 'zod';
import { pressureFault, soon } from '../machine/pressure.ts';
import { familyOf, processorTimeMs } from '../machine/process.ts';

const schema = z.strictObject({
  /** Processors wanted; default: all. */
  workers: z.int().min(1).max(1024).default(cpus().length),
  /** Share of each, percent. */
  load: z.number().min(1).max(100).default(100),
  means: z.enum(['stress-ng', 'own']).default('stress-ng'),
});

const measuredMs = 600;

/** Proof: the processor time that its workers took or waited for; on a busy machine they cannot have all they want. */
export const cpuPressure = pressureFault({
  name: 'cpu-pressure',
  title: 'Processors kept busy',
  schema,
  controllers: ['cpu'],
  words: ({ workers, load }) => `${load} % of ${workers} processors`,
  stress: ({ workers, load }) => ['--cpu', String(workers), '--cpu-load', String(load)],
  own: ({ workers, load }) => ['cpu', String(workers), String(load)],
  async measure(pid, { workers, load }) {
    const wanted = (workers * load) / 100;
    return [
      await soon(async () => {
        const family = familyOf(pid);
        const before = family.map(processorTimeMs);
        const start = performance.now();
        await new Promise((resolve) => setTimeout(resolve, measuredMs));
        const after = family.map(processorTimeMs);
        const forMs = performance.now() - start;
        let [taken, sought] = [0, 0];
        for (const [index, { onMs, waitingMs }] of after.entries()) {
          const first = before[index] ?? { onMs: 0, waitingMs: 0 };
          taken += (onMs - first.onMs) / forMs;
          sought += (onMs - first.onMs + waitingMs - first.waitingMs) / forMs;
        }
        return {
          what: 'processors taken or waited for',
          expected: `at least ${(wanted * 0.9).toFixed(2)}`,
          measured: `${sought.toFixed(2)} wanted, ${taken.toFixed(2)} received`,
          held: sought >= wanted * 0.9,
        };
      }),
    ];
  },
});
