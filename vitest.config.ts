import { defineConfig } from 'vitest/config';

/** Where times are judged: they need the cores to themselves, or the machine is what they measure. */
const alone = ['verdicts', 'baseline', 'capacity', 'chaos', 'resume'].map((name) => `test/e2e/${name}.test.ts`);

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
          name: 'side by side',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
