import type { Reporter, TestCase, TestModule } from 'vitest/node';

const mostFailures = 20;

/** Closes a run with what failed, a line each, and one plain line that any CI can read: `312 passed, 0 failed, 4 skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const failures: string[] = [];
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state]++;
        tests++;
        if (state === 'failed' || state === 'pending')
          failures.push(`${module.relativeModuleId} > ${test.fullName}: ${whyOf(test)}`);
      }
      // A file that cannot even be loaded has no tests to fail.
      if (tests === 0 && module.state() === 'failed') {
        count.failed++;
        failures.push(`${module.relativeModuleId}: could not be loaded`);
      }
    }
    const failed = count.failed + count.pending;
    // The end of a log is what is kept of it: the full account further up may be gone.
    for (const line of failures.slice(0, mostFailures)) process.stdout.write(`\nFAILED ${line}`);
    process.stdout.write(`\n${count.passed} passed, ${failed} failed, ${count.skipped} skipped\n`);
  }
}

const whyOf = (test: TestCase) => test.result().errors?.[0]?.message.split('\n')[0]?.slice(0, 300) ?? 'did not end';
