import type { Page } from '@playwright/test';
import type { UatFinding } from '../../../model/finding.ts';
import { pageScript } from '../page/scripts.ts';

interface Stop {
  index: number;
  selector: string;
  html: string;
  tabIndex: number;
}
interface Focus extends Stop {
  isMarked: boolean;
  isInView: boolean;
}

/** Pages of lists go on alike. */
const mostStops = 30;
const trappedAfter = 3;

type KeyboardFinding = Omit<UatFinding, 'page' | 'step' | 'help'>;

/** Presses Tab from the top of the page: whether everything is reached, in order, in sight and marked, and nothing holds the focus. */
export async function walkByKeyboard(
  page: Page,
): Promise<{ findings: KeyboardFinding[]; count: number; notDone: string | null }> {
  const wanted = (await page.evaluate(pageScript('stops', 'globalThis.shakedownStops()'))) as Stop[];
  const findings: KeyboardFinding[] = [];
  const report = (rule: string, stop: Stop, what: string, fix: string, criteria: string[]) => {
    const { selector, html } = stop;
    if (findings.some((each) => each.rule === rule && each.element === selector)) return;
    findings.push({ kind: 'keyboard', rule, impact: 'serious', element: selector, snippet: html, what, fix, criteria });
  };
  const reached = new Set<number>();
  let before: Focus | null = null;
  let held = 0;
  let isThrough = false;
  const limit = Math.min(wanted.length + 2, mostStops);
  for (let press = 0; press < limit; press++) {
    await page.keyboard.press('Tab');
    const focus = (await page.evaluate('globalThis.shakedownFocus()')) as Focus | null;
    if (focus === null) {
      // Out of the page, into the browser's own bars.
      isThrough = press > 0;
      if (isThrough) break;
      continue;
    }
    if (reached.has(focus.index) && focus.index === 0) {
      isThrough = true;
      break;
    }
    held = before !== null && focus.index === before.index ? held + 1 : 0;
    // Some widgets have parts of their own to step through.
    if (held >= trappedAfter) {
      report('keyboard-trap', focus, 'The focus cannot be moved on by Tab', 'Let Tab leave it.', ['wcag212']);
      break;
    }
    reached.add(focus.index);
    if (focus.tabIndex > 0) {
      report(
        'focus-order',
        focus,
        'It comes out of order: its tabindex is positive',
        'Use tabindex 0 and the order of the page.',
        ['wcag243'],
      );
    } else if (before !== null && focus.index >= 0 && focus.index < before.index && focus.index !== 0) {
      report(
        'focus-order',
        focus,
        `The focus goes back from ${before.selector}`,
        'Put both into the order in which they are read.',
        ['wcag243'],
      );
    }
    if (!focus.isMarked) {
      report('focus-not-visible', focus, 'Nothing shows that it has the focus', 'Give :focus-visible an outline.', [
        'wcag247',
      ]);
    }
    if (!focus.isInView) {
      report(
        'focus-out-of-sight',
        focus,
        'It has the focus but is out of sight',
        'Bring it into view when it gets the focus.',
        ['wcag2411'],
      );
    }
    before = focus;
  }
  if (isThrough) {
    for (const stop of wanted) {
      if (reached.has(stop.index)) continue;
      report('not-reachable', stop, 'It cannot be reached by Tab', 'Let it take the focus.', ['wcag211']);
    }
  }
  return { findings, count: reached.size, notDone: null };
}
