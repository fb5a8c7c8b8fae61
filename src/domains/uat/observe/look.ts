import type { Page } from '@playwright/test';
import type { PageCheck, UatFinding } from '../../../model/finding.ts';
import { pageScript } from '../page/scripts.ts';
import type { PageLink } from './links.ts';
import type { PageStorage } from './recorded.ts';

interface Seen {
  cutOff: { selector: string; html: string; text: string }[];
  links: PageLink[];
  status: number;
  overflow: number;
  storage: PageStorage;
}

export interface PageState {
  /** Not JSON, and not the browser's own page for what could not be loaded. */
  isPage: boolean;
  /** false: nothing can be asked of it. */
  allowsScripts?: boolean;
  /** Before its styles are there, a page is not what anybody sees. */
  isStyled?: boolean;
  isLoaded?: boolean;
  /** The same for a page of the same build, whatever its texts. */
  signature?: string;
  /** What the page knows of its vitals so far. */
  vitals?: unknown;
}

export interface Look {
  links: PageLink[];
  /** The answer to a request was no error. */
  isPlainVisit: boolean;
  storage: PageStorage;
  check: PageCheck;
  findings: UatFinding[];
}

/** What a page is now. */
export function stateOf(page: Page): Promise<PageState> {
  return page.evaluate(pageScript('state', 'globalThis.shakedownState()')) as Promise<PageState>;
}

/** Which of a page's texts are cut off, and where it leads. */
export async function lookAt(page: Page, address: string, step: string): Promise<Look> {
  const startedAt = performance.now();
  const seen = (await page.evaluate(pageScript('look', 'globalThis.shakedownLook()'))) as Seen;
  const shared = { page: address, help: null, criteria: [] as string[], step };
  const findings = seen.cutOff.map(
    ({ selector, html, text }): UatFinding => ({
      ...shared,
      kind: 'cut-off',
      rule: 'text-cut-off',
      impact: 'moderate',
      element: selector,
      snippet: html,
      what: `“${text}” is cut off`,
      fix: 'Let it wrap, or give it room.',
    }),
  );
  if (seen.overflow > 1) {
    findings.push({
      ...shared,
      kind: 'cut-off',
      rule: 'scrolls-sideways',
      impact: 'moderate',
      element: null,
      snippet: null,
      what: `The page is ${seen.overflow} px wider than the window`,
      fix: 'Let what is too wide wrap, or scroll within its own frame.',
    });
  }
  const tookMs = performance.now() - startedAt;
  return {
    links: seen.links,
    isPlainVisit: seen.status === 0 || seen.status < 400,
    storage: seen.storage,
    check: { check: 'cut-off', page: address, tookMs, count: 1, notDone: null },
    findings,
  };
}
