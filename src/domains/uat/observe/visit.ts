import type { BrowserContext, Page } from '@playwright/test';
import type { ElementPicture, PageCheck } from '../../../model/finding.ts';
import { bounded } from './bounded.ts';
import { accusedElements, elementPictures } from './element-pictures.ts';
import type { FoundHere } from './found.ts';
import { walkByKeyboard } from './keyboard.ts';
import { stateOf } from './look.ts';
import { calm, forcedColours } from './motion.ts';
import { onCopy } from './own-context.ts';
import type { Copy } from './recorded.ts';
import { enlarged, narrow } from './reflow.ts';
import type { Checked } from './scan.ts';

export interface Visit {
  address: string;
  step: string;
  /** Of the state that the scenario saw. */
  signature: string;
  /** What the page's scan accuses, once that is known. */
  accused: Promise<readonly string[]>;
}

const openTimeoutMs = 8000;
const loadTimeoutMs = 2500;
const answerTimeoutMs = 3000;
const checkTimeoutMs = 30_000;
const likenessTries = 6;
const likenessMs = 150;

/**
 * Opens a copy of the page in a context of the checker's own and checks what needs another window or hand: by keyboard, narrow, enlarged, calm, in
 * forced colours.
 */
export function checkVisit(
  own: BrowserContext,
  copy: Copy,
  { address, step, signature, accused }: Visit,
): Promise<{ checked: Checked[]; signature: string | null }> {
  return onCopy(own, copy, async (page) => {
    const run = async (check: PageCheck['check'], body: () => Promise<FoundHere>): Promise<Checked> => {
      const startedAt = performance.now();
      const found = await bounded(
        body().catch((error: Error): FoundHere => {
          return { findings: [], count: 0, notDone: `${address}: ${error.message.split('\n')[0]?.slice(0, 160)}` };
        }),
        checkTimeoutMs,
      );
      const { findings, count, notDone } = found ?? {
        findings: [],
        count: 0,
        notDone: `${address}: not within ${checkTimeoutMs / 1000} s`,
      };
      return {
        check: { check, page: address, tookMs: performance.now() - startedAt, count, notDone },
        findings: findings.map((each) => ({ snippet: null, help: null, ...each, page: address, step })),
      };
    };
    // Firefox of the system is driven by WebDriver BiDi, which has no such switches.
    const isEmulated = await canEmulate(page);
    // Asked for before it is opened, or it would have to be opened once more.
    if (isEmulated) await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: null });
    await page.goto(copy.url, { waitUntil: 'domcontentloaded', timeout: openTimeoutMs });
    // A picture that never comes must not hold it.
    await page.waitForLoadState('load', { timeout: loadTimeoutMs }).catch(() => {});
    const found = await likeness(page, signature);
    const checked = [await run('motion', () => calm(page, isEmulated))];
    if (isEmulated) await page.emulateMedia({ reducedMotion: null });
    checked.push(await run('keyboard', () => walkByKeyboard(page)));
    checked.push(await run('reflow', () => narrow(page)));
    checked.push(await run('zoom', () => enlarged(page)));
    checked.push(await run('forced-colours', () => forcedColours(page, isEmulated)));
    if (found !== signature) {
      const notDone = `${address}: the scenario saw another state than its address opens`;
      checked.push({ check: { check: 'keyboard', page: address, tookMs: 0, count: 0, notDone }, findings: [] });
    }
    const pictures = await picturesOf(page, address, accused, checked).catch(() => []);
    const [first, ...rest] = checked;
    return { checked: first === undefined ? [] : [{ ...first, pictures }, ...rest], signature: found };
  });
}

const wide = { width: 1280, height: 800 };
const scanTimeoutMs = 20_000;

/** Pictures of what is accused, by the page's scan or by what was checked here. */
async function picturesOf(
  page: Page,
  address: string,
  accused: Promise<readonly string[]>,
  checked: readonly Checked[],
): Promise<ElementPicture[]> {
  const byScan = (await bounded(accused, scanTimeoutMs)) ?? [];
  const all = [...new Set([...byScan, ...accusedElements(checked.flatMap(({ findings }) => findings))])];
  if (all.length === 0) return [];
  await page.emulateMedia({ forcedColors: null }).catch(() => {});
  await page.setViewportSize(wide);
  return elementPictures(page, address, all);
}

/** What state the copy comes to, given the time in which scripts put a page together. */
async function likeness(page: Page, signature: string): Promise<string | null> {
  for (let left = likenessTries; ; left--) {
    const state = await bounded(stateOf(page), answerTimeoutMs).catch(() => null);
    const found = state?.signature ?? null;
    if (found === signature || left === 0) return found;
    await new Promise((resolve) => setTimeout(resolve, likenessMs));
  }
}

async function canEmulate(page: Page): Promise<boolean> {
  if (page.context().browser()?.browserType().name() === 'chromium') return true;
  await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' }).catch(() => {});
  return (await page.evaluate('matchMedia("(forced-colors: active)").matches')) === true;
}
