import type { BrowserContext, Page } from '@playwright/test';
import { pagePath } from './path.ts';

/** A page that redirects by itself within this time is not meant to be read. */
const readableMs = 1000;

interface Known {
  /** Something has happened in it that nothing has looked at yet. */
  isOpen: boolean;
  since: number;
  url: string;
  /** The step in which that happened. */
  step: string;
  isGone: boolean;
}

export interface WatchedPages {
  /** Of the scenario, and still there; what is shown last comes last. */
  open(): Page[];
  /** Whether something has happened in it since it was looked at. */
  hasNews(page: Page): boolean;
  stepOf(page: Page): string | null;
  acted(page: Page | null): void;
  lookedAt(page: Page): void;
  stop(): void;
}

interface Watch {
  isScenarios(page: Page): boolean;
  step(): string;
  /** A page of which something was not looked at, and why. Not certain: where the page was looked at some other time, nothing is missing. */
  missed(address: string, why: string, isCertain: boolean): void;
}

/** Follows the pages of a scenario, so that what was not looked at is known: left, closed, crashed. */
export function watchPages(context: BrowserContext, first: Page, { isScenarios, step, missed }: Watch): WatchedPages {
  const pages = new Map<Page, Known>();
  let isOn = true;
  const openNow = (known: Known, page: Page) => {
    Object.assign(known, { isOpen: true, since: performance.now(), url: page.url(), step: step() });
  };
  const miss = ({ url }: Known, why: string, isCertain = true) => {
    if (isOn && /^https?:/.test(url)) missed(pagePath(url), why, isCertain);
  };
  const follow = (page: Page) => {
    if (pages.has(page) || !isScenarios(page)) return;
    const known: Known = { isOpen: false, since: performance.now(), url: page.url(), step: step(), isGone: false };
    pages.set(page, known);
    page.on('framenavigated', (frame) => {
      if (frame !== page.mainFrame()) return;
      if (
        known.isOpen &&
        pagePath(known.url) !== pagePath(page.url()) &&
        performance.now() - known.since > readableMs
      ) {
        miss(known, 'it was left before it was looked at', false);
      }
      openNow(known, page);
    });
    page.on('crash', () => {
      known.isGone = true;
      miss(known, 'it crashed');
    });
    page.on('close', () => {
      if (known.isOpen && !known.isGone) miss(known, 'it was closed before it was looked at');
      known.isGone = true;
    });
  };
  const onDisconnected = () => {
    const left = [...pages.values()].filter(({ isGone }) => !isGone);
    for (const known of left) {
      known.isGone = true;
      if (known.isOpen) miss(known, 'the browser ended before it was looked at');
    }
  };
  const browser = context.browser();
  follow(first);
  context.on('page', follow);
  browser?.on('disconnected', onDisconnected);
  return {
    open: () => [...pages].filter(([page, { isGone }]) => !isGone && !page.isClosed()).map(([page]) => page),
    hasNews: (page) => pages.get(page)?.isOpen === true,
    stepOf: (page) => pages.get(page)?.step ?? null,
    acted(page) {
      for (const [each, known] of pages) if ((page === null || page === each) && !known.isGone) openNow(known, each);
    },
    lookedAt(page) {
      const known = pages.get(page);
      if (known !== undefined) known.isOpen = false;
    },
    stop() {
      isOn = false;
      context.off('page', follow);
      browser?.off('disconnected', onDisconnected);
    },
  };
}
