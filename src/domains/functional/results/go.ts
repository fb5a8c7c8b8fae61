import { z } from 'zod';
import type { Cases } from './cases.ts';
import type { CaseState } from './result.ts';

const event = z.object({
  Time: z.string().optional(),
  Action: z.string(),
  Package: z.string().optional(),
  ImportPath: z.string().optional(),
  Test: z.string().optional(),
  Elapsed: z.number().optional(),
  Output: z.string().optional(),
  FailedBuild: z.string().optional(),
});

const longestOutput = 4000;

interface Running {
  readonly name: string;
  output: string;
  state: CaseState | null;
  elapsedS: number | null;
  failedInside: boolean;
  hasInside: boolean;
}

interface Package {
  readonly tests: Map<string, Running>;
  output: string;
  ended: string | null;
  failed: number;
}

const states: Readonly<Record<string, CaseState>> = {
  pass: 'passed',
  bench: 'passed',
  fail: 'failed',
  skip: 'skipped',
};

/** Of `go test -json`, event by event. A test that has inner ones counts only where it failed and none of them did. */
export function readGo(text: string, out: Cases): void {
  const packages = new Map<string, Package>();
  const builds = new Map<string, string>();
  /** Of what did not build, without the variant: `shop [shop.test]`. */
  const notBuilt = new Set<string>();
  let others = 0;
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const parsed = event.safeParse(parsedLine(line));
    if (!parsed.success) {
      if (at === lines.length - 1 && line.startsWith('{')) out.fault('It stops in the middle of a line.');
      else if (/^\s*\{.*"(Action|Package)"/.test(line)) out.fault(`Line ${at + 1} is a part of an event.`);
      else others += 1;
      const failed = /^FAIL\s+(\S+)/.exec(line)?.[1];
      if (failed !== undefined) notBuilt.add(failed);
      continue;
    }
    const { Time, Action, ImportPath = '', Test, Elapsed = null, Output = '', FailedBuild } = parsed.data;
    out.said(Time);
    if (Action === 'build-output') builds.set(ImportPath, tail(`${builds.get(ImportPath) ?? ''}${Output}`));
    if (Action === 'build-fail') notBuilt.add(ImportPath.replace(/ .*$/, ''));
    // A test binary's output that was converted by itself names no package.
    const { Package: name = '' } = parsed.data;
    if (name === '' && ImportPath !== '') continue;
    const found = packages.get(name) ?? { tests: new Map<string, Running>(), output: '', ended: null, failed: 0 };
    packages.set(name, found);
    if (Test === undefined) {
      if (Action === 'output') found.output = tail(`${found.output}${Output}`);
      // Go keeps what passed, and what a target answers is not among what it goes by.
      if (Action === 'output' && /^ok\s+\S+\s+\(cached\)/.test(Output))
        out.fault(
          `Package ${called(name)} was not run: go test gave the result of an earlier run. Run it with -count=1.`,
        );
      if (Action in states) {
        found.ended = Action;
        if (Action === 'fail') {
          notBuilt.delete(name);
          notBuilt.delete((FailedBuild ?? '').replace(/ .*$/, ''));
        }
        if (FailedBuild !== undefined) found.output = builds.get(FailedBuild) ?? found.output;
        endPackage(name, found, out);
      }
      continue;
    }
    ofTest(found, name, { Action, Test, Elapsed, Output }, out);
  }
  for (const name of notBuilt)
    out.add({ place: [name], name: '(outside of a test)', state: 'failed', message: builds.get(name) ?? '' });
  if (others > 0) out.note(`${others} lines are no events of \`go test -json\`.`);
  for (const [name, { ended }] of packages) {
    if (ended === null) out.fault(`It stops in the middle: package ${called(name)} has no end.`);
  }
}

function ofTest(
  { tests }: Package,
  name: string,
  { Action, Test, Elapsed, Output }: { Action: string; Test: string; Elapsed: number | null; Output: string },
  out: Cases,
): void {
  let test = tests.get(Test);
  // With `-count` a test is run again and again.
  if (Action === 'run' && test !== undefined && test.state !== null) {
    addTest(test, name, out);
    test = undefined;
  }
  if (test === undefined) {
    test = { name: Test, output: '', state: null, elapsedS: null, failedInside: false, hasInside: false };
    tests.set(Test, test);
  }
  if (Action === 'output' && !/^=== |^\s*--- /.test(Output)) test.output = tail(`${test.output}${Output}`);
  const state = states[Action];
  if (state === undefined) return;
  // Without a new `run` it is the same test, which does not pass any more.
  if (test.state !== 'failed') test.state = state;
  test.elapsedS = Elapsed;
  const outer = tests.get(Test.slice(0, Math.max(0, Test.lastIndexOf('/'))));
  if (outer === undefined) return;
  outer.hasInside = true;
  if (state === 'failed') outer.failedInside = true;
}

function endPackage(name: string, { tests, output, ended }: Package, out: Cases): void {
  const failedBefore = out.in('failed');
  let open = 0;
  for (const test of tests.values()) {
    if (test.state === null) open += 1;
    addTest(test, name, out);
  }
  tests.clear();
  if (open > 0 && ended !== 'fail')
    out.fault(`Package ${called(name)} ended while ${open} of its tests had no result.`);
  if (ended !== 'fail' && out.in('failed') > failedBefore)
    out.fault(`Package ${called(name)} did not fail, and a test of it did.`);
  // It did not build, its TestMain failed, or it ended itself.
  if (ended === 'fail' && out.in('failed') === failedBefore)
    out.add({ place: [name], name: '(outside of a test)', state: 'failed', message: output });
}

function addTest({ name, output, state, elapsedS, hasInside, failedInside }: Running, place: string, out: Cases): void {
  if (hasInside && (state !== 'failed' || failedInside)) return;
  out.add({
    place: [place],
    name,
    // It was begun, and its package ended.
    state: state ?? 'failed',
    message: state === 'passed' ? '' : state === null ? `It has no result. ${output}` : output,
    durationMs: elapsedS === null ? null : 1000 * elapsedS,
  });
}

function called(name: string): string {
  return name === '' ? '(no name)' : name;
}

function parsedLine(line: string): unknown {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function tail(text: string): string {
  return text.slice(-longestOutput);
}
