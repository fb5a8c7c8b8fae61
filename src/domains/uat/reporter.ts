import { extname, join, relative, sep } from 'node:path';
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult,
  TestStep,
} from '@playwright/test/reporter';
import { type BrowserName, browserNames, type SizeName, sizeNames } from '../../model/browser.ts';
import type { LookPicture } from '../../model/look.ts';
import type { EvidenceFile, UatAttempt, UatError, UatEvent, UatObservation, UatStep } from '../../model/uat.ts';
import { defaultEvidenceLimits, type EvidenceLimits } from './evidence-limits.ts';
import { EvidenceStore } from './evidence-store.ts';
import { openEventLines } from './lines.ts';
import { endWithout } from './orphan.ts';
import { lastStepName, observationName, scenarioOf, skipOf } from './reported.ts';
import { type UatSettings, uatSettings } from './settings.ts';
import { uatSizes } from './sizes.ts';
import { takeBeside } from './taken.ts';

const nothingSeen: UatObservation = {
  findings: [],
  vitals: [],
  unsupported: [],
  checks: [],
  looks: [],
  unwatched: true,
};

/** Writes what happens as lines of `uat.ndjson`, and keeps the evidence beside it. */
export default class UatReporter implements Reporter {
  readonly #folder = uatSettings()?.folder ?? '';
  readonly #round = uatSettings()?.round;
  readonly #store = new EvidenceStore(this.#folder, limitsOf(uatSettings()));
  #folderOfTests = '';
  readonly #lines = openEventLines(this.#folder);

  onBegin({ rootDir }: FullConfig, suite: Suite): void {
    this.#folderOfTests = rootDir;
    const parentPid = uatSettings()?.parentPid;
    if (parentPid !== undefined) endWithout(parentPid);
    const planned = suite.allTests().map((test) => ({ scenario: this.#scenario(test), ...cellOf(test) }));
    this.#write({ type: 'begin', at: new Date().toISOString(), planned });
  }

  onTestBegin(test: TestCase): void {
    const { id, title } = this.#scenario(test);
    this.#write({ type: 'start', at: new Date().toISOString(), scenario: id, title, ...cellOf(test) });
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const scenario = this.#scenario(test);
    const round = this.#round === undefined ? '' : `r${this.#round.number}-`;
    const again = test.repeatEachIndex === 0 ? '' : `x${test.repeatEachIndex}-`;
    const name = `${round}${again}${scenario.id}-${test.parent.project()?.name ?? ''}-${result.retry}`.replace(
      /[^\w.-]/g,
      '-',
    );
    const steps = stepsOf(result.steps);
    const failed = steps.find(({ error }) => error !== null);
    const [first] = result.errors;
    const status = statusOf(test, result);
    const error =
      status !== 'failed'
        ? null
        : first === undefined
          ? { message: `It ${result.status}, and its test says that it fails (test.fail).`, step: null }
          : { message: plain(first), step: failed?.title ?? null, ...whereOf(first, this.#folderOfTests) };
    const kept = this.#keep(result, name);
    const attempt: UatAttempt = {
      scenario,
      ...cellOf(test),
      retry: result.retry,
      ...(this.#round === undefined ? {} : { round: this.#round.number }),
      status,
      ...(status === 'skipped' ? { skip: skipOf([...result.annotations, ...test.annotations]) } : {}),
      ...(status === 'passed' && result.status === 'failed' ? { declaredToFail: wordsOf(test, 'fail') } : {}),
      startedAt: result.startTime.toISOString(),
      durationMs: result.duration,
      steps,
      error,
      observation: withPaths(observationOf(result), kept),
      evidence: [...kept.values()],
    };
    this.#write({ type: 'attempt', attempt });
    this.#takeBeside();
  }

  onError(error: TestError): void {
    this.#write({ type: 'trouble', message: plain(error) });
  }

  onEnd(result: FullResult): void {
    this.#takeBeside();
    if (this.#lines.isFull) {
      this.#write({
        type: 'trouble',
        message: 'The disk was full: from then on no pictures or traces were kept.',
      });
    }
    const { leftOut } = this.#store;
    this.#write({
      type: 'end',
      at: new Date().toISOString(),
      status: result.status,
      durationMs: result.duration,
      leftOut,
    });
    this.#lines.end();
  }

  /** Nothing on the terminal: the command shows its own view. */
  printsToStdio(): boolean {
    return true;
  }

  #write(event: UatEvent): void {
    this.#lines.write(event);
  }

  #takeBeside(): void {
    for (const taken of takeBeside(this.#folder)) this.#write(taken);
  }

  #scenario(test: TestCase) {
    // Where `scenario` was called, not where it called Playwright.
    const [, , file = '', ...titles] = test.titlePath();
    const { title, annotations, tags, location } = test;
    const info = scenarioOf({ title, annotations, tags, file, line: location.line, groups: titles.slice(0, -1) });
    const project = test.parent.project()?.name ?? '';
    return isOwnProject(project) ? info : { ...info, id: `${info.id}@${project}`, title: `${info.title} (${project})` };
  }

  /** Evidence by the names of its attachments. */
  #keep(result: TestResult, name: string): Map<string, EvidenceFile> {
    const kept = new Map<string, EvidenceFile>();
    for (const attachment of result.attachments) {
      if (attachment.name === observationName) continue;
      const { kind, ending } = kindOf(attachment.name, attachment.path);
      const path = join('evidence', `${name}${kind === 'screenshot' ? '' : `-${kept.size}-${kind}`}${ending}`);
      if (!this.#store.keep(path, attachment, result.status === 'passed')) continue;
      kept.set(kept.has(attachment.name) ? `${attachment.name} ${kept.size}` : attachment.name, { kind, path });
    }
    return kept;
  }
}

/**
 * As the test itself asks for it: one that is declared to fail passes by failing, and fails by passing. Of a single attempt, what
 * `test.outcome()` says of all.
 */
function statusOf(test: TestCase, { status }: TestResult): UatAttempt['status'] {
  if (status === 'skipped' || status === 'interrupted') return status;
  return status === test.expectedStatus ? 'passed' : 'failed';
}

const wordsOf = ({ annotations }: TestCase, wanted: string) =>
  annotations.find(({ type }) => type === wanted)?.description?.slice(0, 200) ?? '';

/** A round under load may keep less. */
function limitsOf(settings: UatSettings | null): EvidenceLimits {
  const limits = settings?.evidence ?? defaultEvidenceLimits;
  return { ...limits, bytes: settings?.round?.evidenceBytes ?? limits.bytes };
}

/** Of `uatConfig`'s own projects by their names; of a project of the user's by what it uses, with its name, as several may use the same. */
function cellOf(test: TestCase): { browser: BrowserName; size: SizeName } {
  const project = test.parent.project();
  const [browser = '', size = ''] = (project?.name ?? '').split('-');
  if (isOwnProject(project?.name ?? '')) return { browser: browser as BrowserName, size: size as SizeName };
  const { browserName, defaultBrowserType, viewport } = project?.use ?? {};
  return { browser: browserName ?? defaultBrowserType ?? 'chromium', size: sizeOf(viewport?.width) };
}

function isOwnProject(name: string): boolean {
  const [browser, size, ...rest] = name.split('-');
  return browserNames.some((one) => one === browser) && sizeNames.some((one) => one === size) && rest.length === 0;
}

/** The nearest of the three. @param width CSS pixels; absent: Playwright's 1280 */
function sizeOf(width = 1280): SizeName {
  const near = uatSizes.toSorted((a, b) => Math.abs(a.width - width) - Math.abs(b.width - width));
  return near[0]?.name ?? 'desktop';
}

function kindOf(name: string, path: string | undefined): { kind: EvidenceFile['kind']; ending: string } {
  if (name === lastStepName) return { kind: 'screenshot', ending: '.jpg' };
  const ending = path === undefined ? '.bin' : extname(path);
  if (name === 'trace') return { kind: 'trace', ending: '.zip' };
  if (name === 'video') return { kind: 'video', ending };
  const [, which] = /-(expected|actual|diff|previous)\.png$/.exec(name) ?? [];
  if (which !== undefined) return { kind: 'diff', ending: `-${which === 'actual' ? 'got' : which}.png` };
  return { kind: ending === '.png' ? 'diff' : 'other', ending };
}

/** Given, When and Then, and steps of recorded tests, which have none, by what they call. */
function stepsOf(steps: readonly TestStep[]): UatStep[] {
  const named = steps.filter(({ category }) => category === 'test.step');
  const shown =
    named.length > 0 ? named : steps.filter(({ category }) => category === 'pw:api' || category === 'expect');
  return shown.slice(0, 60).map((step) => ({
    title: step.title.slice(0, 160),
    durationMs: step.duration,
    error: step.error === undefined ? null : plain(step.error),
  }));
}

function observationOf(result: TestResult): UatObservation {
  const body = result.attachments.findLast(({ name }) => name === observationName)?.body;
  if (body === undefined) return nothingSeen;
  try {
    return JSON.parse(body.toString('utf8')) as UatObservation;
  } catch {
    return nothingSeen;
  }
}

/** Pictures of visual snapshots by where they are kept, in place of the names under which they arrived. */
function withPaths(seen: UatObservation, kept: ReadonlyMap<string, EvidenceFile>): UatObservation {
  const placed = (picture: LookPicture | null) =>
    picture === null ? null : { ...picture, path: kept.get(picture.path ?? '')?.path ?? null };
  const looks = (seen.looks ?? []).map((look) => ({
    ...look,
    expected: placed(look.expected),
    got: placed(look.got),
    diff: placed(look.diff),
  }));
  return { ...seen, looks };
}

const longestCode = 1500;

/** Where a test failed, and the lines around it, as Playwright shows them. */
function whereOf({ location, snippet }: TestError, folder: string): Pick<UatError, 'place' | 'code'> {
  const place =
    location === undefined ? null : `${relative(folder, location.file).split(sep).join('/')}:${location.line}`;
  return {
    ...(place === null ? {} : { place }),
    ...(snippet === undefined ? {} : { code: uncoloured(snippet).slice(0, longestCode).split('\n') }),
  };
}

/** Without colours, the first lines: what was expected and what there was. */
function plain(error: TestError): string {
  return uncoloured(error.message ?? error.value ?? 'unknown')
    .split('\n')
    .slice(0, 14)
    .join('\n')
    .slice(0, 1200);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how terminal colours begin
const uncoloured = (text: string) => text.replace(/\u001b\[[0-9;]*m/g, '');
