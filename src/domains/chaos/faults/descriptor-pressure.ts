import { z } from 'zod';
import { pressureFault, soon } from '../machine/pressure.ts';
import { familyOf, openDescriptors } from '../machine/process.ts';

const schema = z.strictObject({
  /** Descriptors to hold; what one process may have open is the most. */
  count: z.int().min(1).max(1_000_000).default(10_000),
  means: z.enum(['stress-ng', 'own']).default('stress-ng'),
});

/**
 * Descriptors of the machine, which are counted for all processes together; `descriptor-limit` is for those of one process.
 * Proof: descriptors that its workers hold. stress-ng opens as many and closes them again, over and over; our own worker holds them.
 */
export const descriptorPressure = pressureFault({
  name: 'descriptor-pressure',
  title: 'Descriptors taken',
  schema,
  controllers: [],
  words: ({ count }) => `${count} descriptors of this machine`,
  stress: ({ count }) => ['--open', '1', '--open-max', String(count)],
  own: ({ count }) => ['descriptors', String(count)],
  async measure(pid, { count, means }) {
    const least = means === 'own' ? count : Math.round(count / 4);
    return [
      await soon(() => {
        const held = familyOf(pid).reduce((sum, each) => Math.max(sum, openDescriptors(each)), 0);
        return { what: 'descriptors held', expected: `at least ${least}`, measured: String(held), held: held >= least };
      }),
    ];
  },
});
