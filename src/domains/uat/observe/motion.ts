import type { Page } from '@playwright/test';
import { pageScript } from '../page/scripts.ts';
import type { FirstHand, FoundHere } from './found.ts';

const noSwitch = 'this browser cannot switch it on: checked in the others';
/** Between two pictures of what moves. */
const betweenMs = 450;
const mostNamed = 5;

interface Moving {
  selector: string;
  html: string;
  box: { x: number; y: number; width: number; height: number };
  /** It says that something is under way, for as long as that is. */
  isProgress: boolean;
}

/**
 * What goes on moving for more than five seconds though less motion was asked for (WCAG 2.2, 2.2.2). Seen twice: the browser says that it
 * runs, and two pictures differ. Where the page has a control to stop it, or it shows progress, a person decides.
 */
export async function calm(page: Page, isEmulated: boolean): Promise<FoundHere> {
  if (!isEmulated) return { findings: [], count: 0, notDone: noSwitch };
  const { moving, canBeStopped } = (await page.evaluate(pageScript('motion', 'globalThis.shakedownMotion()'))) as {
    moving: Moving[];
    canBeStopped: boolean;
  };
  const findings: FirstHand[] = [];
  for (const { selector, html, box, isProgress } of moving.slice(0, mostNamed)) {
    const picture = () => page.screenshot({ clip: box, animations: 'allow', timeout: 5000 }).catch(() => null);
    const first = await picture();
    await page.waitForTimeout(betweenMs);
    const second = await picture();
    const isSeen = first !== null && second !== null && !first.equals(second);
    if (!isSeen) continue;
    findings.push({
      kind: canBeStopped || isProgress ? 'review' : 'motion',
      rule: 'reduced-motion',
      impact: 'moderate',
      element: selector,
      snippet: html,
      what: 'It goes on moving for more than 5 s although the user asked for less motion',
      fix: 'Stop it in @media (prefers-reduced-motion: reduce), or give it a control that stops it.',
      criteria: ['wcag222'],
    });
  }
  return { findings, count: 1, notDone: null };
}

export async function forcedColours(page: Page, isEmulated: boolean): Promise<FoundHere> {
  if (!isEmulated) return { findings: [], count: 0, notDone: noSwitch };
  await page.emulateMedia({ forcedColors: 'active' });
  const kept = (await page.evaluate(
    '[...document.body.querySelectorAll("*")].filter((each) => getComputedStyle(each).forcedColorAdjust === "none" && each.textContent.trim() !== "" && !each.closest("svg")).map((each) => each.localName + (each.className ? "." + each.className : "")).slice(0, 5)',
  )) as string[];
  const findings = kept.map(
    (element): FirstHand => ({
      // Where both its colours are its own, it may be right.
      kind: 'review',
      rule: 'forced-colours',
      impact: 'moderate',
      element,
      what: 'It keeps its own colours although the user forced others',
      fix: 'Use forced-color-adjust: none only where both text and background colour are known.',
      criteria: ['wcag143'],
    }),
  );
  return { findings, count: 1, notDone: null };
}
