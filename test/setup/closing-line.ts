import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';
import { closingLines, keepRecord, type RunRecord } from './record.ts';

/** Closes a run with what failed, a line each, and one plain line that any CI can read: `312 passed, 0 failed, 4 skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[] = []): void {
    const record: RunRecord = { passed: 0, failed: 0, skipped: 0, failures: [], files: {} };
    for (const module of modules) {
      const path = module.relativeModuleId;
      const failedBefore = record.failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        record[state === 'pending' ? 'failed' : state]++;
        if (state === 'failed' || state === 'pending')
          record.failures.push(`${path} > ${test.fullName}: ${whyOf(test)}`);
      }
      // A file that cannot be loaded has no tests to fail; where a hook before or after them throws, none of them did.
      if (record.failed === failedBefore && module.state() === 'failed') {
        record.failed++;
        record.failures.push(
          `${path}: ${module.errors()[0]?.message.split('\n')[0] ?? 'could not be loaded, or a hook failed'}`,
        );
      }
      const { collectDuration, setupDuration, duration } = module.diagnostic();
      record.files[path] = (collectDuration + setupDuration + duration) / 1000;
    }
    for (const { message } of unhandled) {
      record.failed++;
      record.failures.push(`an error that no test caught: ${message.split('\n')[0]}`);
    }
    keepRecord(record);
    // The end of a log is what is kept of it: the full account further up may be gone.
    process.stdout.write(closingLines(record));
  }
}

const whyOf = (test: TestCase) => test.result().errors?.[0]?.message.split('\n')[0]?.slice(0, 300) ?? 'did not end';
