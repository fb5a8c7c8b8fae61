import { join } from 'node:path';
import type { BrowserContext, Page, TestInfo } from '@playwright/test';
import type { PageCheck, UatFinding } from '../../../model/finding.ts';
import type { LookSeen } from '../../../model/look.ts';
import type { UatObservation } from '../../../model/uat.ts';
import { goodVitals } from '../../../model/vital.ts';
import { lastStepName, observationName } from '../reported.ts';
import type { UatSettings } from '../settings.ts';
import { type LookOptions, looksApproved } from './approved.ts';
import { bounded } from './bounded.ts';
import { claims } from './claims.ts';
import { checkLinks } from './links.ts';
import { listen, type Tolerance } from './listen.ts';
import { lookAt } from './look.ts';
import { pagePath } from './path.ts';
import { type Checked, scanPage } from './scan.ts';
import { unrecorded } from './unrecorded.ts';
import { checkVisit } from './visit.ts';
import { watchVitals } from './vitals.ts';

export type { LookOptions, Tolerance };

export interface Observer {
  /** A step begins. */
  begin(step: string): void;
  /** After a step: checks the page it left, if it has not been checked yet. */
  look(step: string): Promise<void>;
  /** The same where no step has been checked: a recorded test has none. */
  lookOnce(name: string): Promise<void>;
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
}

const defaultStepBudgetMs = 2000;
const pictureTimeoutMs = 8000;
/** For all checks of one page. */
const lookTimeoutMs = 60_000;
const answerTimeoutMs = 3000;
const loadTimeoutMs = 10_000;
const mostLeft = 3;
/** What Playwright says of a page that went away, in each engine. */
const leaving = /context was destroyed|navigat|detached|Cannot find context|discarded|no such frame/i;

/** Watches a scenario's pages without acting in them. What fails here is reported and fails no scenario. */
export async function createObserver({ context, page, testInfo, settings }: ObserverInput): Promise<Observer> {
  const looks: LookSeen[] = [];
  const seen: UatObservation = { findings: [], vitals: [], unsupported: [], checks: [], looks };
  const project = testInfo.project.name;
  const claim = claims(settings === null ? null : join(settings.folder, '.claims'));
  // The system's Firefox shows one page at a time, and gives the keys to that.
  const isManyAtOnce = context.browser()?.browserType().name() === 'chromium';
  let step = 'before the first step';
  let hasCrashed = false;
  page.on('crash', () => {
    hasCrashed = true;
  });
  const add = (check: PageCheck | null, findings: readonly UatFinding[]) => {
    if (check !== null) seen.checks.push(check);
    seen.findings.push(...findings);
  };
  const ears = listen(context, page, {
    allowHosts: settings?.allowHosts ?? null,
    stepBudgetMs: settings?.stepBudgetMs ?? defaultStepBudgetMs,
    step: () => step,
    report: (finding) => add(null, [finding]),
  });
  const vitals = await unrecorded(context, () =>
    watchVitals(context, page, {
      isScenarios: ears.isScenarios,
      step: () => step,
      shiftBudget: settings?.shiftBudget ?? goodVitals.CLS,
    }),
  );

  const look = async (name: string) => {
    if (settings?.round !== undefined) return;
    const shown = context.pages().findLast((each) => !each.isClosed()) ?? page;
    if (shown.isClosed() || !/^https?:/.test(shown.url())) return;
    // Before its styles are there, a page is not what anybody sees: Firefox answers then already.
    await shown.waitForLoadState('load', { timeout: answerTimeoutMs }).catch(() => {});
    const url = shown.url();
    const address = pagePath(url);
    const seenNow = await bounded(lookAt(shown, address, name), answerTimeoutMs);
    const key = `${project} ${address} ${seenNow?.signature}`;
    if (seenNow === null || !claim(key)) return;
    const scan = async () => {
      const scanned = await scanPage(shown, address, name).catch((error: Error) => {
        claim.release(key);
        throw error;
      });
      return [seenNow, scanned];
    };
    const links = async () => (await checkLinks(shown, seenNow.links, name, claim, settings?.allowHosts ?? null)) ?? [];
    // A page of its own, so that the scenario's is left as it is; once for each page, at one size, as it sets others itself.
    const visit = async () =>
      project.endsWith('-desktop') && seenNow.isPlainVisit && claim(`visit ${project} ${address}`)
        ? ears.unheard(() => checkVisit(context, url, address, name))
        : [];
    const done = await settled([scan, links, visit], isManyAtOnce);
    for (const each of done) {
      if (each.status === 'rejected') continue;
      for (const { check, findings } of [each.value].flat()) add(check, findings);
    }
    for (const each of done) if (each.status === 'rejected') throw each.reason;
  };

  /** A step that ends with a click may leave its page while that is checked: then the next page is checked. */
  const lookAtLast = async (name: string) => {
    ears.stepEnded(name);
    for (let left = mostLeft; ; left--) {
      try {
        return await look(name);
      } catch (error) {
        if (left === 0 || page.isClosed() || !leaving.test((error as Error).message)) throw error;
        await page.waitForLoadState('load', { timeout: loadTimeoutMs }).catch(() => {});
      }
    }
  };

  /** The scenario's own time is for the scenario. */
  const giveBack = (startedAt: number) => {
    if (testInfo.timeout > 0) testInfo.setTimeout(testInfo.timeout + Math.ceil(performance.now() - startedAt));
  };

  let hasLooked = false;
  const guardedLook = async (name: string) => {
    hasLooked = true;
    if (hasCrashed) return;
    const startedAt = performance.now();
    const notDone = await bounded(
      unrecorded(page, () => lookAtLast(name)).then(
        () => '',
        (error: Error) => (page.isClosed() ? '' : firstLine(error)),
      ),
      lookTimeoutMs,
    );
    if (notDone !== '') {
      const why = notDone ?? `not within ${lookTimeoutMs / 1000} s`;
      add({ check: 'axe', page: pagePath(page.url()), tookMs: 0, count: 0, notDone: why }, []);
    }
    giveBack(startedAt);
  };

  const lastPicture = async () => {
    const shown = context.pages().findLast((each) => !each.isClosed());
    const isWanted = settings?.round?.pictures !== false || testInfo.errors.length > 0;
    if (hasCrashed || !isWanted || shown === undefined) return undefined;
    const options = { type: 'jpeg', quality: 55, timeout: pictureTimeoutMs, animations: 'disabled' } as const;
    return shown.screenshot(options).catch(() => undefined);
  };

  return {
    begin(name) {
      step = name;
      ears.stepBegan();
    },
    look: guardedLook,
    async lookOnce(name) {
      if (!hasLooked) await guardedLook(name);
    },
    tolerate: ears.tolerate,
    async approvedLook(shown, name, options) {
      if (hasCrashed || shown.isClosed() || settings?.round !== undefined) return;
      const startedAt = performance.now();
      const {
        check,
        finding,
        look: held,
      } = await ears.unheard(() => looksApproved({ page: shown, testInfo, name, step, options, settings }), shown);
      add(check, finding === null ? [] : [finding]);
      looks.push(held);
      giveBack(startedAt);
    },
    async end() {
      const isGone = hasCrashed || page.isClosed();
      const picture = await unrecorded(context, async () => {
        if (!isGone) await vitals.hold();
        // What is reported from here on comes from taking the picture.
        ears.stop();
        const taken = await lastPicture();
        if (!isGone) await vitals.settle(taken !== undefined);
        return taken;
      });
      const { samples, unsupported, shifts } = vitals.told();
      seen.vitals = samples;
      seen.unsupported = unsupported;
      // Under load, they are judged by their 75th percentile.
      if (settings?.round === undefined) add(null, shifts);
      if (picture !== undefined && settings !== null) {
        await testInfo.attach(lastStepName, { body: picture, contentType: 'image/jpeg' });
      }
      await testInfo.attach(observationName, { body: JSON.stringify(seen), contentType: 'application/json' });
    },
  };
}

type Task = () => Promise<Checked | Checked[]>;

/** Their results, in their order. They start together where they may; else none starts after one that failed. */
async function settled(tasks: readonly Task[], isAtOnce: boolean) {
  if (isAtOnce) return Promise.allSettled(tasks.map((task) => task()));
  const done: PromiseSettledResult<Checked | Checked[]>[] = [];
  for (const task of tasks) {
    const [ended] = await Promise.allSettled([task()]);
    done.push(ended);
    if (ended.status === 'rejected') break;
  }
  return done;
}

function firstLine(error: Error): string {
  return (error.message.split('\n')[0] ?? '').slice(0, 200);
}
