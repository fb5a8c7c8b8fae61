import type { BrowserContext, Page } from '@playwright/test';
import type { PageCheck, UatFinding } from '../../../model/finding.ts';
import { walkByKeyboard } from './keyboard.ts';
import { closeOwnPage } from './own-page.ts';
import type { Checked } from './scan.ts';

/** WCAG 2.2, 1.4.10: 320 CSS pixels wide. */
const reflow = { width: 320, height: 640 };
/** A window of 1280 px at 200 %: half as many CSS pixels. */
const zoomed = { width: 640, height: 400 };

type FirstHand = Omit<UatFinding, 'page' | 'step' | 'help' | 'snippet'> & { snippet?: string | null };

/** Opens the page once more beside the scenario's and checks what needs another window or hand: narrow, enlarged, by keyboard, calm, in forced colours. */
export async function checkVisit(
  context: BrowserContext,
  url: string,
  address: string,
  step: string,
): Promise<Checked[]> {
  const page = await context.newPage();
  const run = async (
    check: PageCheck['check'],
    body: () => Promise<{ findings: FirstHand[]; count: number; notDone: string | null }>,
  ): Promise<Checked> => {
    const startedAt = performance.now();
    const { findings, count, notDone } = await body();
    return {
      check: { check, page: address, tookMs: performance.now() - startedAt, count, notDone },
      findings: findings.map((each) => ({ snippet: null, help: null, ...each, page: address, step })),
    };
  };
  try {
    // Firefox of the system is driven by WebDriver BiDi, which has no such switches.
    const isEmulated = await canEmulate(page);
    // Asked for before it is opened, or it would have to be opened once more.
    if (isEmulated) await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: null });
    await page.goto(url);
    const motion = await run('motion', () => calm(page, isEmulated));
    if (isEmulated) await page.emulateMedia({ reducedMotion: null });
    return [
      await run('keyboard', () => walkByKeyboard(page)),
      await run('reflow', () => fits(page, reflow, 'reflow-320', '320 px wide', ['wcag1410'])),
      await run('zoom', () => fits(page, zoomed, 'zoom-200', 'enlarged to 200 %', ['wcag144'])),
      motion,
      await run('forced-colours', () => forcedColours(page, isEmulated)),
    ];
  } finally {
    await closeOwnPage(page);
  }
}

async function fits(
  page: Page,
  size: { width: number; height: number },
  rule: string,
  how: string,
  criteria: string[],
) {
  await page.setViewportSize(size);
  const over = (await page.evaluate(
    'Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)',
  )) as number;
  const findings: FirstHand[] =
    over <= 1
      ? []
      : [
          {
            kind: 'reflow',
            rule,
            impact: 'serious',
            element: null,
            what: `${how.charAt(0).toUpperCase()}${how.slice(1)}, the page scrolls sideways by ${over} px`,
            fix: 'Let what is too wide wrap, or scroll within its own frame.',
            criteria,
          },
        ];
  return { findings, count: 1, notDone: null };
}

async function canEmulate(page: Page): Promise<boolean> {
  if (page.context().browser()?.browserType().name() === 'chromium') return true;
  await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' }).catch(() => {});
  return (await page.evaluate('matchMedia("(forced-colors: active)").matches')) === true;
}

const noSwitch = 'this browser cannot switch it on: checked in the others';

async function calm(page: Page, isEmulated: boolean) {
  if (!isEmulated) return { findings: [], count: 0, notDone: noSwitch };
  const moving = (await page.evaluate(
    'document.getAnimations().filter((each) => each.playState === "running" && (each.effect?.getComputedTiming().duration ?? 0) > 100).map((each) => each.effect?.target?.localName ?? "").slice(0, 5)',
  )) as string[];
  const findings = moving.map(
    (name): FirstHand => ({
      kind: 'motion',
      rule: 'reduced-motion',
      impact: 'moderate',
      element: name,
      what: 'It moves although the user asked for less motion',
      fix: 'Stop it in @media (prefers-reduced-motion: reduce).',
      criteria: ['wcag222'],
    }),
  );
  return { findings, count: 1, notDone: null };
}

async function forcedColours(page: Page, isEmulated: boolean) {
  if (!isEmulated) return { findings: [], count: 0, notDone: noSwitch };
  await page.emulateMedia({ forcedColors: 'active' });
  const kept = (await page.evaluate(
    '[...document.body.querySelectorAll("*")].filter((each) => getComputedStyle(each).forcedColorAdjust === "none" && each.textContent.trim() !== "" && !each.closest("svg")).map((each) => each.localName + (each.className ? "." + each.className : "")).slice(0, 5)',
  )) as string[];
  const findings = kept.map(
    (element): FirstHand => ({
      kind: 'forced-colours',
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
