import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The test files that may see a mutant, nearest first. */
const tests = (process.env.MUTANT_TESTS ?? '').split(',');

class InOrder extends BaseSequencer {
  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => tests.indexOf(relative(this.ctx.config.root, moduleId));
    return [...specs].sort((a, b) => placeOf(a) - placeOf(b));
  }
}

export default defineConfig({
  test: {
    include: tests,
    bail: 1,
    maxWorkers: 1,
    // As long as in the real one: late on a busy machine is not a mutant that was seen.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['json'],
    sequence: { sequencer: InOrder },
  },
});
