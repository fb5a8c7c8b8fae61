import type { APIRequestContext, BrowserContext, Page } from '@playwright/test';
import type { ElementPicture, PageCheck, UatFinding } from '../../../model/finding.ts';
import { pageScript } from '../page/scripts.ts';
import type { Background } from './background.ts';
import type { Beside } from './beside.ts';
import { bounded } from './bounded.ts';
import type { Claim } from './claims.ts';
import { accusedElements } from './element-pictures.ts';
import { checkLinks, nobody } from './links.ts';
import { lookAt, type PageState, stateOf } from './look.ts';
import { ownContext, ownOptions } from './own-context.ts';
import { pagePath } from './path.ts';
import { type Copy, recordAnswers } from './recorded.ts';
import { type Checked, scanPage } from './scan.ts';
import { checkVisit, type Visit } from './visit.ts';

interface Looking {
  context: BrowserContext;
  /** `chromium-desktop`. */
  project: string;
  allowHosts: readonly string[] | null;
  claim: Claim;
  background: Background;
  /** What may go on beside later scenarios; null: all of it ends with this one. */
  beside: Beside | null;
  /** Something of a page was left to `beside`. */
  handed(id: string, address: string): void;
  add(check: PageCheck | null, findings: readonly UatFinding[]): void;
  /** Of elements that are accused of something. */
  pictured(pictures: readonly ElementPicture[]): void;
  /** A page that was not looked at, and why. */
  missed(address: string, why: string): void;
  /** What a page knows of its vitals. */
  vitals(known: unknown): void;
}

export interface Looker {
  /** Checks what a page shows now, where no one has yet. Throws when it is left meanwhile. */
  look(page: Page, step: string): Promise<void>;
  /** Whether anything of this page has been looked at, here or by another scenario. */
  hasSeen(address: string): boolean;
  end(): Promise<void>;
  /** The context in which pages are opened that are not the scenario's. */
  own(): Promise<BrowserContext | null>;
}

const noSecond = 'this browser has no second context';
const answerTimeoutMs = 3000;
const stylesTimeoutMs = 3000;
const loadTimeoutMs = 1000;
const stillTimeoutMs = 1500;
const pollMs = 40;
const closeTimeoutMs = 5000;

export function lookerOf(looking: Looking): Looker {
  const { context, project, allowHosts, claim, background, beside, add, missed } = looking;
  const isChecked = project.endsWith('-desktop');
  const recorded = isChecked ? recordAnswers(context, allowHosts) : null;
  const seen = new Set<string>();
  const silent = new WeakMap<Page, string>();
  const waitedFor = new WeakMap<Page, string>();
  const opened = beside?.opened ?? new Map<string, string>();
  let ownOne: Promise<BrowserContext | null> | undefined;
  let asNobody: Promise<APIRequestContext> | undefined;

  const own = () => {
    const browser = context.browser();
    ownOne ??=
      browser === null
        ? Promise.resolve(null)
        : ownOptions(browser)
            .then((options) => ownContext(browser, options))
            .catch(() => null);
    return ownOne;
  };
  const addAll = (checked: readonly Checked[]) => {
    for (const { check, findings, pictures = [] } of checked) {
      add(check, findings);
      looking.pictured(pictures);
    }
  };

  /** A page once its styles are there, and if it may be all that it loads; null: it does not answer. */
  const settled = async (page: Page, url: string): Promise<PageState | null> => {
    const startedAt = performance.now();
    const isFirst = waitedFor.get(page) !== url;
    waitedFor.set(page, url);
    for (;;) {
      const state = await bounded(stateOf(page), answerTimeoutMs);
      const tookMs = performance.now() - startedAt;
      if (state === null || !state.isPage || state.allowsScripts === false) return state;
      const isReady = state.isStyled === true && (state.isLoaded === true || !isFirst || tookMs > loadTimeoutMs);
      if (isReady || tookMs > stylesTimeoutMs) return state;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  };

  const visit = async (at: BrowserContext, copy: Copy, asked: Visit) => {
    const { checked, signature: found } = await checkVisit(at, copy, asked);
    const { address } = asked;
    if (found !== null) opened.set(`${project} ${address}`, found);
    return checked;
  };
  /** Where it may go on beside the next scenario, in a context of its own, for that of this scenario is closed by then. */
  const visitLater = async (copy: Copy, asked: Visit) => {
    const { address } = asked;
    const browser = context.browser();
    if (browser === null) return addAll([notVisited(address, noSecond)]);
    if (beside === null) {
      return background.add(async () => {
        const at = await own();
        addAll(at === null ? [notVisited(address, noSecond)] : await visit(at, copy, asked));
      });
    }
    const options = await ownOptions(browser);
    const id = beside.hand(async () => {
      const at = await ownContext(browser, options);
      try {
        return await visit(at, copy, asked);
      } finally {
        await bounded(at.close(), closeTimeoutMs).catch(() => {});
      }
    });
    looking.handed(id, address);
  };
  /** A state that its address does not open is one that was not walked. */
  const otherState = (address: string, signature: string): Checked[] => {
    const found = opened.get(`${project} ${address}`);
    const isOther = found !== undefined && found !== signature;
    return isOther ? [notVisited(address, 'a state of it is not opened by its address')] : [];
  };
  const otherLater = (address: string, signature: string) => {
    if (beside === null) return background.add(async () => addAll(otherState(address, signature)));
    // What is known already need not wait.
    if (opened.has(`${project} ${address}`)) return addAll(otherState(address, signature));
    const id = beside.hand(async () => otherState(address, signature));
    looking.handed(id, address);
  };

  return {
    own,
    hasSeen: (address) => seen.has(address),
    async look(page, step) {
      const url = page.url();
      if (!/^https?:/.test(url) || silent.get(page) === url) return;
      const address = pagePath(url);
      const state = await settled(page, url);
      if (state === null) {
        silent.set(page, url);
        return missed(address, `it did not answer within ${answerTimeoutMs / 1000} s`);
      }
      if (state.allowsScripts === false) {
        silent.set(page, url);
        return missed(address, 'it allows no scripts, so it cannot be checked');
      }
      looking.vitals(state.vitals);
      const { signature } = state;
      if (!state.isPage || signature === undefined) return;
      seen.add(address);
      const key = `${project} ${address} ${signature}`;
      if (!claim(key)) return;
      let known: (accused: readonly string[]) => void = () => {};
      const accused = new Promise<readonly string[]>((resolve) => {
        known = resolve;
      });
      try {
        await page.evaluate(pageScript('state', `globalThis.shakedownStill(${stillTimeoutMs})`));
        const looked = await lookAt(page, address, step);
        add(looked.check, looked.findings);
        background.add(async () => {
          asNobody ??= nobody();
          const by = { from: url, step, claim, allowHosts, asNobody: await asNobody, context };
          const links = await checkLinks(looked.links, by);
          if (links !== null) addAll([links]);
        });
        if (recorded !== null && looked.isPlainVisit) {
          // Each address is opened once a run, for a walk takes longer than all else.
          if (claim(`visit ${project} ${address}`)) {
            const copied = await recorded.copyOf(page, url, looked.storage);
            if (copied === null) addAll([notVisited(address, 'what it was answered with cannot be read again')]);
            else await visitLater(copied, { address, step, signature, accused });
          } else otherLater(address, signature);
        }
        const scanned = await scanPage(page, address, step);
        addAll([scanned]);
        known(accusedElements(scanned.findings));
      } catch (error) {
        known([]);
        claim.release(key);
        throw error;
      }
    },
    async end() {
      recorded?.stop();
      const closing = [
        ownOne?.then((each) => each?.close()).catch(() => {}),
        asNobody?.then((each) => each.dispose()).catch(() => {}),
      ];
      await bounded(Promise.all(closing), closeTimeoutMs);
    },
  };
}

/** What needs a page of its own was not done. */
function notVisited(address: string, why: string): Checked {
  const notDone = `${address}: ${why}`;
  return { check: { check: 'keyboard', page: address, tookMs: 0, count: 0, notDone }, findings: [] };
}
