import type { Page } from '@playwright/test';
import { pageScript } from '../page/scripts.ts';
import type { FirstHand, FoundHere } from './found.ts';

/** WCAG 2.2, 1.4.10: 320 CSS pixels wide. */
const narrowest = { width: 320, height: 640 };
/** A window of 1280 px at 200 %: half as many CSS pixels. */
const half = { width: 640, height: 512 };

interface Width {
  over: number;
  /** Without data tables, pictures, videos and frames, whose meaning is in two directions. */
  overByText: number;
  /** Whether it can in fact be scrolled sideways. */
  scrolls: boolean;
  widest: { selector: string; html: string } | null;
  clipped: { selector: string; html: string; text: string }[];
}

const measure = (page: Page) => page.evaluate(pageScript('width', 'globalThis.shakedownWidth()')) as Promise<Width>;

/** Whether what is on the page can be read at 320 px without scrolling sideways. Data tables, maps and videos may be wider. */
export async function narrow(page: Page): Promise<FoundHere> {
  await page.setViewportSize(narrowest);
  const { over, overByText, scrolls, widest } = await measure(page);
  if (over <= 1 || !scrolls) return { findings: [], count: 1, notDone: null };
  const isText = overByText > 1;
  const finding: FirstHand = {
    kind: isText ? 'reflow' : 'review',
    rule: 'reflow-320',
    impact: 'serious',
    element: isText ? (widest?.selector ?? null) : null,
    snippet: isText ? (widest?.html ?? null) : null,
    what: isText
      ? `320 px wide, the page scrolls sideways by ${over} px`
      : `320 px wide, the page scrolls sideways by ${over} px, for pictures, videos or frames that may need the room`,
    fix: 'Let what is too wide wrap, or scroll within its own frame.',
    criteria: ['wcag1410'],
  };
  // A table of data may be as wide as it is.
  return { findings: isText || widest !== null ? [finding] : [], count: 1, notDone: null };
}

/** Whether text is lost at 200 %. To scroll sideways is no loss. */
export async function enlarged(page: Page): Promise<FoundHere> {
  await page.setViewportSize(half);
  const { clipped } = await measure(page);
  const findings = clipped.map(
    ({ selector, html, text }): FirstHand => ({
      kind: 'reflow',
      rule: 'zoom-200',
      impact: 'serious',
      element: selector,
      snippet: html,
      what: `Enlarged to 200 %, “${text}” is cut off`,
      fix: 'Let the text wrap, or its box grow with it.',
      criteria: ['wcag144'],
    }),
  );
  return { findings, count: 1, notDone: null };
}
