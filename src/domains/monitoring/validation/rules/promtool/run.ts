import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../../../../environment/run-program.ts';
import { ShakedownError } from '../../../../../model/error.ts';
import type { Promtool } from './find.ts';

export interface RunOptions {
  readonly promtool: Promtool;
  /** For the files that it is given. */
  readonly folder: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Processors that it may use, where several of it run side by side; absent: all. */
  readonly processors?: number;
}

/**
 * It lives for seconds, and makes much that is soon of no use. Where what is of no use is collected more seldom, it takes a third less of the processors;
 * the limit keeps it small all the same. What the user says of Go's settings holds.
 */
const collected = { GOGC: '400', GOMEMLIMIT: '512MiB' };

/** One test of a file of tests, in the form that promtool reads. Times and intervals are its durations: `1m`. */
export interface TestGroup {
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test?: readonly {
    readonly eval_time: string;
    readonly alertname: string;
    readonly exp_alerts: readonly {
      exp_labels: Readonly<Record<string, string>>;
      exp_annotations: Readonly<Record<string, string>>;
    }[];
  }[];
  readonly promql_expr_test?: readonly {
    readonly expr: string;
    readonly eval_time: string;
    readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
  }[];
}

export interface TestFile {
  /** Relative to the folder, or absolute. */
  readonly rule_files: readonly string[];
  readonly evaluation_interval: string;
  readonly tests: readonly TestGroup[];
}

export interface Outcome {
  readonly passed: boolean;
  readonly output: string;
}

/**
 * Runs promtool's unit tests of a file.
 * @throws ShakedownError PROMTOOL_FAILED where promtool did not come to its end
 */
export async function testRules(file: string, options: RunOptions): Promise<Outcome> {
  return run(['test', 'rules', file], options);
}

/** Runs many files of tests at once, and has all that was said. */
export async function testMany(files: readonly string[], options: RunOptions): Promise<Outcome> {
  return run(['test', 'rules', ...files], options);
}

/** Runs many files of tests at once; whether each of them passed. */
export async function testFiles(files: readonly string[], options: RunOptions): Promise<boolean[]> {
  if (files.length === 0) return [];
  const { output, passed } = await run(['test', 'rules', ...files], options);
  if (passed) return files.map(() => true);
  // What failed is said on another stream than which file it was, so that only those that passed can be read off for certain.
  const sections = output.split(/^Unit Testing: {2}/m).slice(1);
  const outcomes = new Map(
    sections.map((section) => [section.slice(0, section.indexOf('\n')).trim(), /^ {2}SUCCESS/m.test(section)]),
  );
  return files.map((file) => outcomes.get(file) ?? false);
}

/** Writes a file of tests and runs it. */
export async function testWritten(name: string, tests: TestFile, options: RunOptions): Promise<Outcome> {
  const file = join(options.folder, name);
  // JSON is YAML too, and is read quicker.
  await writeFile(file, JSON.stringify(tests));
  return testRules(file, options);
}

/** Whether Prometheus would load these files; what lint has against them is asked for by our own checks. */
export async function checkRules(files: readonly string[], options: RunOptions): Promise<Outcome> {
  return run(['check', 'rules', '--lint=none', ...files], options);
}

async function run(
  args: readonly string[],
  { promtool, folder, timeoutMs = 120_000, signal, processors }: RunOptions,
): Promise<Outcome> {
  const own = processors === undefined ? {} : { GOMAXPROCS: String(processors) };
  const env = { ...collected, ...own, ...process.env };
  const outcome = await runProgram(promtool.path, args, { timeoutMs, cwd: folder, signal, env });
  if (outcome.kind === 'failed') {
    signal?.throwIfAborted();
    throw new ShakedownError('PROMTOOL_FAILED', `promtool ${args.slice(0, 2).join(' ')}: ${outcome.reason}.`, {
      hint: 'Run it by hand to see what it says.',
    });
  }
  return { passed: outcome.code === 0, output: `${outcome.stdout}${outcome.stderr}` };
}
