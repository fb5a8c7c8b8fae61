import { relative, sep } from 'node:path';
import { type APIRequestContext, type BrowserContext, test as base, type Page, type TestInfo } from '@playwright/test';
import type { BrowserName, SizeName } from '../../model/browser.ts';
import type { ScenarioInfo } from '../../model/uat.ts';
import { type Beside, besideOf } from './observe/beside.ts';
import { createObserver, type LookOptions, type Observer, type Tolerance } from './observe/observer.ts';
import { checksOffAnnotation, notMeant, scenarioAnnotation } from './reported.ts';
import { type UatSelection, uatSettings } from './settings.ts';

export interface ScenarioStatement {
  id: string;
  title: string;
  /** What it shows: an id of your requirements. */
  requirement: string;
  role: string;
  /** `must` when absent. */
  priority?: ScenarioInfo['priority'];
  tags?: string[];
  /** Only at these sizes; all when absent. */
  sizes?: SizeName[];
  /** Only in these browsers, with the reason in a comment beside it; all when absent. */
  browsers?: BrowserName[];
  /** After every step, the page is held against its approved screenshot (`uat/approved/<browser>-<size>/<id>/`). */
  looks?: boolean | LookOptions;
  /** `checks: 'off'`: its pages are not checked beside it, which leaves accessibility open: the report says so. */
  uat?: { checks?: 'on' | 'off' };
}

export interface ScenarioArguments {
  page: Page;
  context: BrowserContext;
  /** Requests without a page. */
  request: APIRequestContext;
  size: SizeName;
}

const ownTimeoutMs = 300_000;
/** Less than that: what is not done by then is said so. */
const besideTimeoutMs = 270_000;

/** A worker runs one scenario at a time. */
let current: Observer | null = null;
/** How the visual snapshots of its steps are handled. */
let stepLooks: { page: Page; id: string; options: LookOptions; steps: number } | null = null;
const known = new Map<string, string>();

/** Playwright's own, watched: what `npx playwright codegen` recorded needs this import in place of `@playwright/test`, and no other change. */
export const test = base.extend<
  { observed: undefined; uat: { checks?: 'on' | 'off' } },
  { checkedBeside: Beside | null }
>({
  // Ends before the browser does, in which it checks.
  checkedBeside: [
    async ({ browser: _ }, use) => {
      const settings = uatSettings();
      const beside = settings === null || settings.round !== undefined ? null : besideOf(settings.folder);
      await use(beside);
      await beside?.finish(besideTimeoutMs);
    },
    { scope: 'worker', timeout: ownTimeoutMs },
  ],
  /** `test.use({ uat: { checks: 'off' } })`: as of a scenario. */
  uat: [{}, { option: true }],
  observed: [
    async ({ context, page, uat, checkedBeside: beside }, use, testInfo) => {
      if (uat.checks === 'off') testInfo.annotations.push({ type: checksOffAnnotation });
      if (process.env.SHAKEDOWN_UNWATCHED === '1') return use(undefined);
      const observer = await createObserver({ context, page, testInfo, settings: uatSettings(), beside });
      current = observer;
      try {
        await use(undefined);
        if (testInfo.status === 'passed' || testInfo.status === 'failed') await observer.lookAtEnd();
      } finally {
        current = null;
        stepLooks = null;
        await observer.end();
      }
    },
    // What is looked at last has time of its own.
    { auto: true, timeout: ownTimeoutMs },
  ],
});

/**
 * A business scenario: a Playwright test that says whom it is for and what it shows. While it runs, every page it visits is checked as well.
 * @throws Error when the id is empty or another scenario has it
 */
export function scenario(
  statement: ScenarioStatement,
  body: (args: ScenarioArguments, testInfo: TestInfo) => Promise<void>,
): void {
  const { id, title, requirement, role, priority = 'must', tags = [] } = statement;
  const place = calledFrom();
  const other = known.get(id);
  if (!/^[\w.-]{1,60}$/.test(id))
    throw new Error(`Scenario id ${JSON.stringify(id)}: letters, digits, dots and dashes.`);
  if (other !== undefined)
    throw new Error(`UAT_DUPLICATE_ID ${id}: at ${other} and at ${place}. Give one of them another id.`);
  known.set(id, place);
  const settings = uatSettings();
  if (settings !== null && !isSelected({ id, role, tags }, settings.selection)) return;
  const info: Omit<ScenarioInfo, 'file' | 'line'> = { id, title, requirement, role, priority, tags };
  test(
    `${id} ${title}`,
    {
      tag: tags.map((tag) => `@${tag.replace(/^@|\s/g, '')}`),
      annotation: [
        scenarioAnnotation(info),
        ...(statement.uat?.checks === 'off' ? [{ type: checksOffAnnotation }] : []),
      ],
    },
    async ({ page, context, request }, testInfo) => {
      const [browser = '', size = ''] = testInfo.project.name.split('-');
      const isMeant =
        (statement.sizes?.includes(size as SizeName) ?? true) &&
        (statement.browsers?.includes(browser as BrowserName) ?? true);
      test.skip(!isMeant, notMeant);
      const { looks = false } = statement;
      if (looks !== false) stepLooks = { page, id, options: looks === true ? {} : looks, steps: 0 };
      await body({ page, context, request, size: size as SizeName }, testInfo);
    },
  );
}

function isSelected({ id, role, tags }: Pick<ScenarioInfo, 'id' | 'role' | 'tags'>, chosen: UatSelection): boolean {
  return (
    (chosen.named === undefined ||
      chosen.named.length === 0 ||
      chosen.named.some((name) => name === id || name === role || tags.includes(name))) &&
    (chosen.scenarios.length === 0 || chosen.scenarios.includes(id)) &&
    (chosen.roles.length === 0 || chosen.roles.includes(role)) &&
    (chosen.tags.length === 0 || chosen.tags.some((tag) => tags.includes(tag)))
  );
}

async function step<T>(kind: string, title: string, body: () => Promise<T>): Promise<T> {
  const name = `${kind} ${title}`;
  current?.begin(name);
  const value = await test.step(name, body);
  await current?.stepEnded(name);
  if (stepLooks !== null) {
    const { page, id, options } = stepLooks;
    stepLooks.steps++;
    await current?.approvedLook(page, [id, `${stepLooks.steps}-${fileName(name)}`], options);
  }
  return value;
}

/** What must be so before. */
export function Given<T>(title: string, body: () => Promise<T>): Promise<T> {
  return step('Given', title, body);
}

/** What the person does. */
export function When<T>(title: string, body: () => Promise<T>): Promise<T> {
  return step('When', title, body);
}

/** What must then be seen. */
export function Then<T>(title: string, body: () => Promise<T>): Promise<T> {
  return step('Then', title, body);
}

/** From here on, requests and console messages like this are part of the scenario and no findings: a wrong card is meant to be refused. */
export function tolerate(tolerance: Tolerance): void {
  current?.tolerate(tolerance);
}

/**
 * Holds the page against its approved screenshot (`uat/approved/<browser>-<size>/<name>.png`); a difference is a finding, with pictures of it. Where
 * nothing is approved yet, that is said.
 */
export async function approvedLook(page: Page, name: string, options: LookOptions = {}): Promise<void> {
  await current?.approvedLook(page, [fileName(name)], options);
}

/** Makes the name of a step or visual snapshot a file name that is valid on every system. */
function fileName(text: string): string {
  const plain = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');
  return plain.slice(0, 60).replace(/^-|-$/g, '') || 'look';
}

/** `browse.uat.ts:5`, from where `scenario` was called. */
function calledFrom(): string {
  const line = (new Error('here').stack ?? '').split('\n').find((each) => /\.uat\.[cm]?[jt]s/.test(each)) ?? '';
  const path = /((?:file:\/\/)?\/[^():]+):(\d+)/.exec(line);
  return path === null
    ? 'an unknown place'
    : `${relative(process.cwd(), (path[1] ?? '').replace('file://', ''))
        .split(sep)
        .join('/')}:${path[2]}`;
}
