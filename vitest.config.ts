import { defineConfig } from 'vitest/config';

/** Load on the sample system or a browser's whole pass: they need the cores to themselves, or the machine is what they measure. */
const alone = [
  'test/e2e/**/*.test.ts',
  'test/load/k6/run.test.ts',
  'test/load/browser/visits.test.ts',
  'test/cli/simulate.test.ts',
  'test/uat/run.test.ts',
  'test/chaos/residue/**/*.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: ['test/setup/k6.ts'],
    reporters: ['default', './test/setup/closing-line.ts'],
    // Waiting for a real program is not a failure.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'whole', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
