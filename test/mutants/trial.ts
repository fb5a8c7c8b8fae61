import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Mutant } from './places.ts';

export interface Outcome {
  /** The tests all pass: nobody saw the mutant. */
  survived: boolean;
  /** What failed first, or why nothing did. */
  by: string;
  /** The test file that failed; null where none says so. */
  test: string | null;
}

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

/** A copy of the tree in which mutants are tried, so that the real one is never broken. */
export class Copy {
  readonly #root = mkdtempSync(join(tmpdir(), 'mutants-'));
  readonly #timeoutMs: number;
  #running: number | undefined;

  constructor(root: string, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    const left = ['.git', 'node_modules', 'dist', '.cache'].map((name) => join(root, name));
    cpSync(root, this.#root, { recursive: true, filter: (path) => !left.includes(path) });
    symlinkSync(join(root, 'node_modules'), join(this.#root, 'node_modules'));
  }

  /** Runs test files in the order given, to the first that fails. With a mutant: while it is in its file. */
  async run(tests: readonly string[], mutant?: Mutant): Promise<Outcome> {
    if (mutant === undefined) return this.#vitest(tests);
    const file = join(this.#root, mutant.path);
    const source = readFileSync(file, 'utf8');
    writeFileSync(file, source.slice(0, mutant.start) + mutant.text + source.slice(mutant.end));
    try {
      return await this.#vitest(tests);
    } finally {
      writeFileSync(file, source);
    }
  }

  remove(): void {
    this.#kill();
    // What was killed may still have been writing.
    rmSync(this.#root, { recursive: true, force: true, maxRetries: 10 });
  }

  #kill(): void {
    if (this.#running !== undefined) process.kill(-this.#running, 'SIGKILL');
    this.#running = undefined;
  }

  async #vitest(tests: readonly string[]): Promise<Outcome> {
    const output = join(this.#root, 'mutant.json');
    rmSync(output, { force: true });
    const child = spawn(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/mutants/vitest.config.ts', '--outputFile', output],
      // A group of its own: workers in an endless loop end with it.
      { cwd: this.#root, stdio: 'ignore', detached: true, env: { ...process.env, MUTANT_TESTS: tests.join(',') } },
    );
    this.#running = child.pid;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#kill();
    }, this.#timeoutMs);
    const code = await new Promise((resolve) => child.on('close', resolve));
    clearTimeout(timer);
    this.#running = undefined;
    if (code === 0) return { survived: true, by: `${tests.length} test files pass`, test: null };
    if (isLate) return { survived: false, by: 'no end within the timeout', test: null };
    return this.#failure(output);
  }

  #failure(output: string): Outcome {
    const { testResults } = report.parse(JSON.parse(readFileSync(output, 'utf8')));
    for (const { name, message = '', assertionResults } of testResults) {
      const failed = assertionResults.find(({ status }) => status === 'failed');
      const by = failed?.fullName ?? message.split('\n', 1)[0] ?? '';
      const test = name.slice(this.#root.length + 1);
      if (by !== '') return { survived: false, by: `${test}: ${by}`, test };
    }
    throw new Error(`vitest failed, but no test did: see ${output}`);
  }
}
