import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/k6.ts'],
    reporters: ['default', './test/setup/closing-line.ts'],
    // Real programs share the cores: files run a few at a time, and waiting for one is not a failure.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
