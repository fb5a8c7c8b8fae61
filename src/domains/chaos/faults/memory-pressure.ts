import { z } from 'zod';
import { pressureFault, soon } from '../machine/pressure.ts';
import { availableBytes, familyOf, residentBytes } from '../machine/process.ts';

const schema = z.strictObject({
  bytes: z.int().min(1_000_000),
  means: z.enum(['stress-ng', 'own']).default('stress-ng'),
});

/** Proof: the memory that its workers hold and have written to. */
export const memoryPressure = pressureFault({
  name: 'memory-pressure',
  title: 'Memory taken',
  schema,
  controllers: ['memory'],
  words: ({ bytes }) => `${Math.round(bytes / 1e6)} MB of memory`,
  stress: ({ bytes }) => ['--vm', '1', '--vm-bytes', String(bytes), '--vm-keep', '--vm-populate', '--vm-hang', '0'],
  own: ({ bytes }) => ['memory', String(bytes)],
  async measure(pid, { bytes }) {
    return [
      await soon(() => {
        const held = familyOf(pid).reduce((sum, each) => sum + residentBytes(each), 0);
        return {
          what: 'memory held',
          expected: `at least ${Math.round((bytes * 0.95) / 1e6)} MB`,
          measured: `${Math.round(held / 1e6)} MB, ${Math.round(availableBytes() / 1e6)} MB left on the machine`,
          held: held >= bytes * 0.95,
        };
      }),
    ];
  },
});
