import type { Page } from '@playwright/test';
import type { PageCheck, UatFinding } from '../../../model/finding.ts';
import { pageScript } from '../page/scripts.ts';

interface Seen {
  signature: string;
  cutOff: { selector: string; html: string; text: string }[];
  links: string[];
  status: number;
  overflow: number;
}

export interface Look {
  /** The same for a page of the same build, whatever its texts. */
  signature: string;
  links: string[];
  /** It can be opened again by its address: the answer to a GET, and not an error. */
  isPlainVisit: boolean;
  check: PageCheck;
  findings: UatFinding[];
}

/** What a page is and which of its texts are cut off; null when there is no page. */
export async function lookAt(page: Page, address: string, step: string): Promise<Look | null> {
  const startedAt = performance.now();
  const seen = (await page.evaluate(pageScript('look', 'globalThis.shakedownLook()'))) as Seen | null;
  if (seen === null) return null;
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
    signature: seen.signature,
    links: seen.links,
    isPlainVisit: seen.status === 0 || seen.status < 400,
    check: { check: 'cut-off', page: address, tookMs, count: 1, notDone: null },
    findings,
  };
}
