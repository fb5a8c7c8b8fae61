import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { withEnvironment } from '../../environment-values.ts';
import { verdictOf } from '../../part.ts';
import { coverageOf } from '../covered/coverage.ts';
import { filesMatching, matcher, textMatcher } from '../glob.ts';
import { boundedBytes, largestFileBytes, readResults, textOf } from '../results/read.ts';
import type { ReadCase, ReadResult } from '../results/result.ts';
import type { SuiteSettings } from '../settings.ts';
import { runCommand } from './command.ts';
import type { SuiteEvidence, TestOfSuite } from './evidence.ts';
import { keepPassingRun, type PassingRun, readPassingRun } from './history.ts';
import { judgeSuite } from './judge.ts';
import { redactor } from './redact.ts';
import { snapshot, writtenSince } from './result-files.ts';
import { endEarlier, underWay } from './under-way.ts';

const dayMs = 86_400_000;
const clocksDifferMs = 5 * 60_000;
const mostListed = 200;
const mostFiles = 2000;
const largestCopyBytes = 5_000_000;

export interface SuiteRun {
  readonly suite: SuiteSettings;
  /** Of the target; null: the suite does not need it. */
  readonly baseUrl: string | null;
  /** For its evidence; it is made. */
  readonly folder: string;
  /** Where the last passing run of every suite is kept. */
  readonly historyFolder: string;
  readonly version: string;
  readonly signal: AbortSignal;
}

/** Runs a suite and reads what it left. A run that passes is kept for the next one to be compared with. */
export async function runSuite({
  suite,
  baseUrl,
  folder,
  historyFolder,
  version,
  signal,
}: SuiteRun): Promise<SuiteEvidence> {
  await mkdir(folder, { recursive: true });
  const historyFile = `${slugOf(suite.kind, suite.name)}.json`;
  const before = await readPassingRun(join(historyFolder, historyFile));
  const underWayFile = join(historyFolder, `${slugOf(suite.kind, suite.name)}.running.json`);
  // What an earlier run left behind could write the results of this one.
  const left = await endEarlier(underWayFile);
  const mark = await underWay(underWayFile);
  const isPrinted = suite.results.includes('stdout');
  const patterns = suite.results.filter((pattern) => pattern !== 'stdout');
  const printed = join(folder, 'stdout.txt');
  const coveragePatterns = suite.coverage === null ? [] : [suite.coverage.file];
  const [were, coverageWas] = [await snapshot(suite.folder, patterns), await snapshot(suite.folder, coveragePatterns)];
  const environment = environmentOf(suite, baseUrl);
  const redact = redactor('problem' in environment ? suite.env : environment.own);
  const startedAtMs = Date.now();
  const { droppedBytes, isOutputCut, ...end } =
    'problem' in environment
      ? notStarted(environment.problem)
      : await runCommand({
          ...{
            command: suite.command,
            folder: suite.folder,
            environment: { ...environment.all, ...mark.variable },
            signal,
            redact,
          },
          started: mark.started,
          timeoutMs: suite.timeoutMs,
          log: join(folder, 'log.txt'),
          output: isPrinted ? { file: printed, mostBytes: largestFileBytes } : null,
        });
  const durationMs = Date.now() - startedAtMs;
  mark.ended();
  const { fresh, stale } = await writtenSince(suite.folder, patterns, were, startedAtMs);
  const gathered = new Gathered(suite, redact, folder);
  if (left !== null) gathered.faults.push(left);
  if (fresh.length > mostFiles)
    gathered.faults.push(`There are ${fresh.length} result files; the first ${mostFiles} were read.`);
  for (const path of fresh.slice(0, mostFiles)) await gathered.file(path, resolve(suite.folder, path), startedAtMs);
  if (isPrinted && !('problem' in environment)) await gathered.file('stdout', printed, startedAtMs);
  // One of several files that is not there would be missed by nobody.
  if (gathered.files.length > 0) {
    const missing = patterns.filter((pattern) => ![...fresh, ...stale].some(matcher(pattern)));
    gathered.faults.push(...missing.map((pattern) => `Nothing fits ${pattern}.`));
  }
  if (isOutputCut) gathered.faults.push('It printed more than is kept, so its results are cut off.');
  if (droppedBytes > 0) gathered.notes.push(`${droppedBytes} bytes in the middle of what it printed are not kept.`);
  await writeFile(join(folder, 'cases.ndjson'), gathered.cases.map((one) => `${JSON.stringify(one)}\n`).join(''));

  const evidence: SuiteEvidence = {
    kind: 'suite',
    name: suite.name,
    folder: slugOf(suite.kind, suite.name),
    passRate: suite.passRate,
    minimumTests: suite.minimumTests,
    durationMs,
    end: { ...end, last: [...end.last], timeoutMs: suite.timeoutMs },
    files: gathered.files.slice(0, mostListed),
    stale: stale.slice(0, mostListed),
    wanted: [...suite.results],
    faults: gathered.faults.slice(0, 50),
    notes: gathered.notes.slice(0, 50),
    ...compared(gathered.cases, before, suite.gone),
    coverage: await coverageFacts(suite, coverageWas, startedAtMs),
  };
  if (verdictOf(judgeSuite(evidence)) === 'pass') {
    const at = new Date(startedAtMs).toISOString();
    await keepPassingRun(
      { folder: historyFolder, name: historyFile },
      { suite: suite.name, at, version },
      gathered.cases,
    );
  }
  return evidence;
}

/** Of a suite, for files: `api-checkout-a1b2c3`. */
export function slugOf(kind: string, name: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  const digest = createHash('sha256').update(`${kind}\0${name.toLowerCase()}`).digest('hex');
  return `${kind}-${words}-${digest.slice(0, 6)}`;
}

/**
 * Node's own test runner does nothing where it believes that another one started it.
 * @returns `own`: what the configuration gives; `problem`: what a value of it lacks
 */
function environmentOf(
  { env }: SuiteSettings,
  baseUrl: string | null,
): { all: NodeJS.ProcessEnv; own: Record<string, string> } | { problem: string } {
  const own: Record<string, string> = {};
  for (const [name, text] of Object.entries(env)) {
    const filled = withEnvironment(text);
    if ('problem' in filled) return { problem: `${name} of its env ${filled.problem}` };
    own[name] = filled.value;
  }
  const { NODE_TEST_CONTEXT: _context, NODE_V8_COVERAGE: _coverage, ...inherited } = process.env;
  return { all: { ...inherited, ...(baseUrl === null ? {} : { SHAKEDOWN_BASE_URL: baseUrl }), ...own }, own };
}

function notStarted(detail: string): Awaited<ReturnType<typeof runCommand>> {
  return { how: 'not-started', code: null, detail, last: [], droppedBytes: 0, isOutputCut: false };
}

/** What the files of a suite say, together. */
class Gathered {
  readonly cases: ReadCase[] = [];
  readonly files: SuiteEvidence['files'] = [];
  readonly faults: string[] = [];
  readonly notes: string[] = [];
  readonly #seen = new Map<string, number>();
  readonly #suite: SuiteSettings;
  readonly #redact: (text: string) => string;
  readonly #folder: string;

  constructor(suite: SuiteSettings, redact: (text: string) => string, folder: string) {
    this.#suite = suite;
    this.#redact = redact;
    this.#folder = folder;
  }

  async file(path: string, absolute: string, startedAtMs: number): Promise<void> {
    const bytes = await boundedBytes(absolute);
    if (typeof bytes === 'string') {
      this.faults.push(`${path}: ${bytes}`);
      return;
    }
    const read = readResults(bytes, this.#suite.format);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.files.push({ path, format: read.format, tests: read.cases.length, sha256 });
    if (bytes.length <= largestCopyBytes) {
      // What it printed is kept by the same rule, in the place of what was read.
      const name = path === 'stdout' ? absolute : join(this.#folder, `results-${this.files.length}${extname(path)}`);
      await writeFile(name, this.#redact(textOf(bytes)));
    } else if (path === 'stdout') await rm(absolute);
    this.#add(path, read, startedAtMs);
  }

  #add(path: string, { cases, faults, notes, saidAtMs, isSaidExactly }: ReadResult, startedAtMs: number): void {
    for (const fault of faults) this.faults.push(this.#redact(`${path}: ${fault}`));
    for (const note of notes) this.notes.push(this.#redact(`${path}: ${note}`));
    // Tests may run on a machine with a clock of its own; without a time zone a moment may be up to a day off.
    const offMs = isSaidExactly ? clocksDifferMs : 1.1 * dayMs;
    if (saidAtMs !== null && saidAtMs > 366 * dayMs && saidAtMs < startedAtMs - offMs) {
      const said = new Date(saidAtMs).toISOString();
      this.faults.push(`${path}: It says that it is of ${isSaidExactly ? said : said.slice(0, 10)}, before this run.`);
    }
    // All at once, since each text costs time of its own; none of them holds the sign between.
    const texts = cases.flatMap(({ id, message }) => [id.replaceAll(`${this.#suite.folder}/`, ''), message]);
    const shown = this.#redact(texts.join('\0')).split('\0');
    for (const [index, one] of cases.entries()) {
      const [id = '', message = ''] = shown.slice(2 * index, 2 * index + 2);
      const before = this.#seen.get(id) ?? 0;
      this.#seen.set(id, before + 1);
      this.cases.push({ ...one, id: before === 0 ? id : `${id} (${before + 1})`, message });
    }
  }
}

function compared(
  cases: readonly ReadCase[],
  before: PassingRun | null | string,
  gone: SuiteSettings['gone'],
): Pick<SuiteEvidence, 'counts' | 'notPassed' | 'before' | 'vanished' | 'gone'> {
  const known = typeof before === 'string' ? null : before;
  const counts = { passed: 0, failed: 0, flaky: 0, skipped: 0, todo: 0, notRun: 0, newFailed: 0 };
  const notPassed: TestOfSuite[] = [];
  for (const { id, state, message, attempts } of cases) {
    counts[state] += 1;
    if (state === 'passed') continue;
    const was = known === null ? null : (known.tests.get(id) ?? 'new');
    if (state === 'failed' && was !== 'failed') counts.newFailed += 1;
    notPassed.push({ id, state, message: message.slice(0, 400), attempts, before: was });
  }
  // Those that matter first, as the list is bounded.
  const order = ['failed', 'flaky', 'notRun', 'todo', 'skipped'];
  const rank = ({ state, before: was }: TestOfSuite) => order.indexOf(state) * 2 + (was === 'failed' ? 1 : 0);
  notPassed.sort((a, b) => rank(a) - rank(b));
  const done = new Set(cases.flatMap(({ id, state }) => (/^(passed|failed|flaky)$/.test(state) ? [id] : [])));
  const rules = gone.map((rule) => ({ ...rule, fits: textMatcher(rule.test), tests: 0 }));
  const vanished: string[] = [];
  for (const [id, was] of known?.tests ?? []) {
    if (was === 'other' || done.has(id)) continue;
    const rule = rules.find(({ fits }) => fits(id));
    if (rule === undefined) vanished.push(id);
    else rule.tests += 1;
  }
  const error = typeof before === 'string' ? before : null;
  return {
    counts,
    notPassed: notPassed.slice(0, mostListed),
    before:
      before === null
        ? null
        : { at: known?.at ?? '', version: known?.version ?? '', tests: known?.tests.size ?? 0, error },
    vanished: { total: vanished.length, listed: vanished.slice(0, mostListed) },
    gone: rules.map(({ test, reason, tests }) => ({ test, reason, tests })),
  };
}

async function coverageFacts(
  { coverage, folder }: SuiteSettings,
  was: ReadonlyMap<string, string>,
  startedAtMs: number,
): Promise<SuiteEvidence['coverage']> {
  if (coverage === null) return null;
  const { file, minimum, exclude } = coverage;
  const nothing = { covered: 0, total: 0, files: 0, notCovered: [], absent: [], excluded: [], faults: [] };
  const { fresh, stale } = await writtenSince(folder, [file], was, startedAtMs);
  const [path] = fresh;
  if (path === undefined || fresh.length > 1) {
    const error =
      fresh.length > 1
        ? `${fresh.length} files fit ${file}, and one is needed`
        : stale.length > 0
          ? `${stale[0]} was not written in this run`
          : `there is no ${file}`;
    return { minimum, error, ...nothing };
  }
  const bytes = await boundedBytes(resolve(folder, path));
  if (typeof bytes === 'string') return { minimum, error: `${path}: ${bytes}`, ...nothing };
  const sources: string[] = [];
  const unfit: string[] = [];
  for (const pattern of coverage.sources) {
    const found = await filesMatching(folder, pattern);
    sources.push(...found);
    if (found.length === 0) unfit.push(`No file fits ${pattern} of \`sources\`.`);
  }
  const facts = coverageOf(textOf(bytes), folder, exclude, coverage.sources.length === 0 ? null : sources);
  const faults = [...facts.faults, ...unfit];
  return {
    ...{ minimum, error: null, covered: facts.covered, total: facts.total, files: facts.files },
    ...{ notCovered: [...facts.notCovered], absent: [...facts.absent], excluded: [...facts.excluded], faults },
  };
}
