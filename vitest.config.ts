import { defineConfig } from 'vitest/config';
import { ByDuration } from './test/setup/sequencer.ts';
import { isIsolated, testFiles, tierOf, tiers, workersOf } from './test/setup/tiers.ts';

export default defineConfig({
  test: {
    globalSetup: ['test/setup/k6.ts'],
    reporters: ['default', './test/setup/closing-line.ts'],
    // Waiting for a real program is not a failure.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    sequence: { sequencer: ByDuration },
    projects: tiers.map((tier) => ({
      extends: true,
      test: {
        name: tier,
        include: testFiles().filter((path) => tierOf(path) === tier),
        maxWorkers: workersOf(tier),
        isolate: isIsolated(tier),
        // Those with one worker need the machine: they run when the others are done.
        sequence: { groupOrder: workersOf(tier) === 1 ? 1 : 0 },
      },
    })),
  },
});
