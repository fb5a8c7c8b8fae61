import { join } from 'node:path';
import type { BrowserContext, Page, TestInfo } from '@playwright/test';
import type { ElementPicture, PageCheck, UatFinding } from '../../../model/finding.ts';
import type { LookSeen } from '../../../model/look.ts';
import type { UatObservation } from '../../../model/uat.ts';
import { goodVitals } from '../../../model/vital.ts';
import { checksOffAnnotation, lastStepName, observationName } from '../reported.ts';
import type { UatSettings } from '../settings.ts';
import { watchActions } from './acting.ts';
import { type LookOptions, looksApproved } from './approved.ts';
import { background } from './background.ts';
import type { Beside } from './beside.ts';
import { bounded } from './bounded.ts';
import { claims } from './claims.ts';
import { stopClock } from './clock.ts';
import { withPictures } from './element-pictures.ts';
import { listen, type Tolerance } from './listen.ts';
import { lookerOf } from './looker.ts';
import { watchPages } from './pages.ts';
import { pagePath } from './path.ts';
import { unrecorded } from './unrecorded.ts';
import { watchVitals } from './vitals.ts';

export type { LookOptions, Tolerance };

export interface Observer {
  /** A step begins. */
  begin(step: string): void;
  /** A step has ended. What it left is checked before the next action, or at the end. */
  stepEnded(step: string): Promise<void>;
  /** What the scenario leaves at its end, and what has not been checked yet. */
  lookAtEnd(): Promise<void>;
  tolerate(tolerance: Tolerance): void;
  /** Holds a page against its approved screenshot. */
  approvedLook(page: Page, name: readonly string[], options: LookOptions): Promise<void>;
  /** Keeps a picture of the last step and hands over what was seen. */
  end(): Promise<void>;
}

export interface ObserverInput {
  context: BrowserContext;
  page: Page;
  testInfo: TestInfo;
  /** null under a bare `playwright test`. */
  settings: UatSettings | null;
  /** Of the worker: what may go on beside its next scenarios; null: nothing. */
  beside: Beside | null;
}

const defaultStepBudgetMs = 2000;
const pictureTimeoutMs = 8000;
/** For all that is checked at one time. */
const lookTimeoutMs = 30_000;
const backgroundTimeoutMs = 90_000;
const loadTimeoutMs = 3000;
const mostLeft = 3;
/** What Playwright says of a page that went away, in each engine. */
const leaving = /context was destroyed|navigat|detached|Cannot find context|discarded|no such frame/i;
const closed = /has been closed|Target closed|browser.*disconnected/i;

/** Watches a scenario's pages without acting in them. What fails here is reported and fails no scenario. */
export async function createObserver({
  context,
  page,
  testInfo,
  settings,
  ...input
}: ObserverInput): Promise<Observer> {
  const looks: LookSeen[] = [];
  const handed: NonNullable<UatObservation['beside']> = [];
  const pictures: ElementPicture[] = [];
  const seen: UatObservation = { findings: [], vitals: [], unsupported: [], checks: [], looks };
  const isOff = checksOff(testInfo);
  const isChecked = !isOff && settings?.round === undefined;
  // The system's Firefox shows one page at a time, and gives the keys to that.
  const isManyAtOnce = context.browser()?.browserType().name() === 'chromium';
  let step = 'before the first step';
  let hasSteps = false;
  const add = (check: PageCheck | null, findings: readonly UatFinding[]) => {
    if (check !== null) seen.checks.push(check);
    seen.findings.push(...findings);
  };
  const notDone = (address: string, why: string) =>
    add({ check: 'axe', page: address, tookMs: 0, count: 0, notDone: why }, []);
  const ears = listen(context, page, {
    allowHosts: settings?.allowHosts ?? null,
    stepBudgetMs: settings?.stepBudgetMs ?? defaultStepBudgetMs,
    step: () => step,
    report: (finding) => add(null, [finding]),
  });
  const vitals = isOff
    ? null
    : await unrecorded(context, () =>
        watchVitals(context, page, {
          isScenarios: ears.isScenarios,
          step: () => step,
          shiftBudget: settings?.shiftBudget ?? goodVitals.CLS,
        }),
      );
  const missed = new Map<string, { why: string; isCertain: boolean }>();
  const pages = watchPages(context, page, {
    isScenarios: ears.isScenarios,
    step: () => step,
    missed: (address, why, isCertain) => void missed.set(address, { why, isCertain }),
  });
  const meanwhile = background(!isManyAtOnce);
  const beside = isManyAtOnce && isChecked ? input.beside : null;
  const looker = lookerOf({
    context,
    project: testInfo.project.name,
    allowHosts: settings?.allowHosts ?? null,
    claim: claims(settings === null ? null : join(settings.folder, '.claims')),
    background: meanwhile,
    beside,
    handed: (id, address) => void handed.push({ id, page: address }),
    add,
    pictured: (some) => void pictures.push(...some),
    missed: (address, why) => void missed.set(address, { why, isCertain: true }),
    vitals: (known) => vitals?.take(known),
  });

  /** A page may be left while it is checked: then the next one is. */
  const lookAtLast = async (shown: Page, name: string) => {
    for (let left = mostLeft; ; left--) {
      try {
        return await looker.look(shown, name);
      } catch (error) {
        if (left === 0 || shown.isClosed() || !leaving.test((error as Error).message)) throw error;
        await shown.waitForLoadState('domcontentloaded', { timeout: loadTimeoutMs }).catch(() => {});
      }
    }
  };

  const guardedLook = async (shown: Page, name: string) => {
    pages.lookedAt(shown);
    const address = () => pagePath(shown.url());
    const failed = await bounded(
      lookAtLast(shown, name).then(
        () => '',
        (error: Error) => (closed.test(error.message) ? 'it was closed while it was looked at' : firstLine(error)),
      ),
      lookTimeoutMs,
    );
    if (failed !== '') notDone(address(), `${address()}: ${failed ?? `not within ${lookTimeoutMs / 1000} s`}`);
  };

  // One at a time: a scenario may do two things at once.
  let turn: Promise<void> = Promise.resolve();
  /** The scenario's own time is for the scenario. */
  const lookAt = (which: () => readonly Page[], name: string | null) => {
    const taken = async () => {
      const due = which();
      if (due.length === 0) return;
      const goOn = stopClock(testInfo, lookTimeoutMs * due.length);
      try {
        await unrecorded(context, async () => {
          for (const each of due) await guardedLook(each, name ?? pages.stepOf(each) ?? step);
        });
      } finally {
        goOn();
      }
    };
    // Whatever goes wrong here, the scenario goes on.
    turn = turn.then(taken).catch(() => {});
    return turn;
  };
  const news = (of: Page | null) => pages.open().filter((each) => (of === null || of === each) && pages.hasNews(each));

  const endActions = isChecked
    ? watchActions(context, {
        before: (acted) => lookAt(() => news(acted), hasSteps ? null : 'on the way'),
        after: (acted) => pages.acted(acted),
      })
    : null;

  const lastPicture = async () => {
    const shown = pages.open().at(-1);
    const isWanted = settings?.round?.pictures !== false || testInfo.errors.length > 0;
    if (!isWanted || shown === undefined) return undefined;
    const options = { type: 'jpeg', quality: 55, timeout: pictureTimeoutMs, animations: 'disabled' } as const;
    return shown.screenshot(options).catch(() => undefined);
  };

  return {
    begin(name) {
      step = name;
      hasSteps = true;
      ears.stepBegan();
    },
    async stepEnded(name) {
      ears.stepEnded(name);
      // Where actions are not heard of, each step is looked at.
      if (isChecked && endActions === null) await lookAt(() => pages.open().slice(-1), name);
    },
    async lookAtEnd() {
      if (isChecked) await lookAt(() => pages.open(), hasSteps ? null : 'at the end');
    },
    tolerate: ears.tolerate,
    async approvedLook(shown, name, options) {
      if (shown.isClosed() || settings?.round !== undefined) return;
      const goOn = stopClock(testInfo, lookTimeoutMs);
      try {
        const held = await ears.unheard(
          () => looksApproved({ page: shown, own: looker.own, testInfo, name, step, options, settings }),
          shown,
        );
        add(held.check, held.finding === null ? [] : [held.finding]);
        looks.push(held.look);
      } finally {
        goOn();
      }
    },
    async end() {
      endActions?.();
      pages.stop();
      const goOn = stopClock(testInfo, backgroundTimeoutMs);
      const picture = await unrecorded(context, async () => {
        const shown = pages.open().includes(page);
        if (shown) await vitals?.hold();
        // What is reported from here on comes from taking the picture.
        ears.stop();
        const taken = await lastPicture();
        if (shown) await vitals?.settle(taken !== undefined);
        if (!(await meanwhile.finish(backgroundTimeoutMs))) {
          notDone('', `what is checked beside the scenario was not done within ${backgroundTimeoutMs / 1000} s`);
        }
        if (testInfo.status === 'interrupted') beside?.abandon();
        await beside?.room(backgroundTimeoutMs);
        await looker.end();
        return taken;
      });
      goOn();
      if (isOff) notDone('', `the checks of ${testInfo.title.slice(0, 80)} are off`);
      if (isChecked) {
        for (const [address, { why, isCertain }] of missed)
          if (isCertain || !looker.hasSeen(address)) notDone(address, `${address}: ${why}`);
      }
      const measured = vitals?.measured();
      seen.vitals = measured?.samples ?? [];
      seen.unsupported = measured?.unsupported ?? [];
      // Under load, they are judged by their 75th percentile.
      if (settings?.round === undefined) add(null, measured?.shifts ?? []);
      seen.findings = withPictures(seen.findings, pictures);
      if (handed.length > 0) seen.beside = handed;
      if (picture !== undefined && settings !== null) {
        await testInfo.attach(lastStepName, { body: picture, contentType: 'image/jpeg' });
      }
      await testInfo.attach(observationName, { body: JSON.stringify(seen), contentType: 'application/json' });
    },
  };
}

/** `{ uat: { checks: 'off' } }` of a scenario. */
function checksOff({ annotations }: TestInfo): boolean {
  return annotations.some(({ type }) => type === checksOffAnnotation);
}

function firstLine(error: Error): string {
  return (error.message.split('\n')[0] ?? '').slice(0, 200);
}
