import { tmpdir } from 'node:os';
import { z } from 'zod';
import { pressureFault, soon } from '../machine/pressure.ts';
import { familyOf, storageBytes } from '../machine/process.ts';

const schema = z.strictObject({
  workers: z.int().min(1).max(64).default(1),
  means: z.enum(['stress-ng', 'own']).default('stress-ng'),
});

const measuredMs = 500;
const leastPerSecond = 1_000_000;

/** It writes files of its own, 64 MB each, to the temporary folder. Proof: what its workers had written to storage meanwhile. */
export const ioPressure = pressureFault({
  name: 'io-pressure',
  title: 'Storage kept busy',
  schema,
  controllers: ['blkio'],
  words: ({ workers }) => `the storage of ${tmpdir()}, written to by ${workers} at once`,
  stress: ({ workers }) => ['--hdd', String(workers), '--hdd-bytes', '64m', '--hdd-opts', 'fdatasync'],
  own: ({ workers }, scratch) => ['io', String(workers), '100', scratch],
  async measure(pid) {
    return [
      await soon(async () => {
        const family = familyOf(pid);
        const sum = () => family.reduce((bytes, each) => bytes + storageBytes(each), 0);
        const [before, start] = [sum(), performance.now()];
        await new Promise((resolve) => setTimeout(resolve, measuredMs));
        const perSecond = ((sum() - before) / (performance.now() - start)) * 1000;
        return {
          what: 'written to storage by its workers',
          expected: `at least ${leastPerSecond / 1e6} MB/s`,
          measured: `${(perSecond / 1e6).toFixed(1)} MB/s`,
          held: perSecond >= leastPerSecond,
        };
      }),
    ];
  },
});
