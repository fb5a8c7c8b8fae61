import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, firefox, type Page } from '@playwright/test';
import { launchable } from '../src/environment/browser-programs.ts';

export type Engine = 'chromium' | 'firefox';
export type Medium = 'light' | 'dark' | 'print';

/** Without a browser tests are skipped on a desk, and fail where everything is meant to be checked. */
export function isAbsent(engine: Engine): boolean {
  return launchable(engine) === null && process.env.CI === undefined;
}

/** @param isDark Firefox of the system has no switch for it once it runs: a setting at its start. */
export async function launchEngine(engine: Engine, isDark: boolean): Promise<Browser> {
  const found = launchable(engine);
  if (found === null) throw new Error(`No ${engine} found: set SHAKEDOWN_${engine.toUpperCase()} to its path.`);
  const executable = found.executablePath === null ? {} : { executablePath: found.executablePath };
  if (engine === 'chromium') {
    return chromium.launch({ ...executable, args: ['--no-sandbox', '--disable-background-networking'] });
  }
  return firefox.launch({
    ...executable,
    ...(found.executablePath === null ? {} : { channel: 'moz-firefox' }),
    firefoxUserPrefs: {
      'layout.css.prefers-color-scheme.content-override': isDark ? 0 : 1,
      'ui.prefersReducedMotion': 1,
    },
  });
}

/** Opens a page as `medium` shows it. */
export async function openAs(
  browser: Browser,
  engine: Engine,
  medium: Medium,
  url: string,
  width = 1280,
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  if (engine === 'chromium') {
    const colorScheme = medium === 'light' ? 'light' : 'dark';
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme, media: medium === 'print' ? 'print' : 'screen' });
  }
  await page.goto(url);
  // What is folded is checked too.
  await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
  if (engine === 'firefox' && medium === 'print') await applyPrintRules(page);
  const isDark = (await page.evaluate('getComputedStyle(document.documentElement).colorScheme')) as string;
  const isPrinted = (await page.evaluate('getComputedStyle(document.querySelector(".skip")).display')) === 'none';
  if (isPrinted !== (medium === 'print') || (medium === 'print' && isDark !== 'light'))
    throw new Error(`The page is not shown as ${medium}: ${isDark}, ${isPrinted}.`);
  return page;
}

/** Firefox of the system cannot be told to show a page as printed: its rules for paper are made those for everything, and those for screens for nothing. */
async function applyPrintRules(page: Page): Promise<void> {
  await page.evaluate(`{
    const walk = (rules) => {
      for (const rule of rules) {
        if (!(rule instanceof CSSMediaRule)) continue;
        const queries = [...rule.media].map((query) => /\\bscreen\\b/.test(query) ? 'not all' : query.replace(/\\bprint\\b/, 'all'));
        rule.media.mediaText = queries.join(', ');
        walk(rule.cssRules);
      }
    };
    for (const sheet of document.styleSheets) walk(sheet.cssRules);
  }`);
}

/** What axe-core finds, contrast included, a line each. Legacy mode: no page of its own, and no frames here. */
export async function axeViolations(page: Page, without: readonly string[] = []): Promise<string[]> {
  // The checker may bring a playwright-core of its own, whose types are other ones.
  const axe = new AxeBuilder({ page: page as never })
    // What passed, of a page of thousands of elements, takes longer to tell than to find.
    .options({ resultTypes: ['violations'] })
    .setLegacyMode(true);
  for (const selector of without) axe.exclude(selector);
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`));
}
