import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type WrittenReports, writeReports } from '../../src/report/write.ts';
import { domains } from '../../src/run/domains.ts';
import { cases } from './fixture.ts';

const known = [
  process.env.SHAKEDOWN_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  chromium.executablePath(),
];
const executablePath = known.find((path) => path !== undefined && existsSync(path));
// Without a browser these are skipped on a desk, and fail where everything is meant to be checked.
const isSkipped = executablePath === undefined && process.env.CI === undefined;
const title = isSkipped
  ? 'reports in Chromium (skipped: no Chromium found, set SHAKEDOWN_CHROMIUM)'
  : 'reports in Chromium';

describe.skipIf(isSkipped)(title, () => {
  let browser: Browser;
  let folder: string;
  const paths = new Map<string, WrittenReports>();

  beforeAll(async () => {
    if (executablePath === undefined) throw new Error('No Chromium found: set SHAKEDOWN_CHROMIUM to its path.');
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] });
    folder = await mkdtemp(join(tmpdir(), 'shakedown-pages-'));
    for (const [name, make] of Object.entries(cases))
      paths.set(name, await writeReports(make(), join(folder, name), domains));
  });
  afterAll(async () => {
    await browser?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  const open = async (
    name: string,
    which: 'index' | 'performance' | 'resilience',
    options: Parameters<Browser['newPage']>[0] = {},
  ) => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(pathToFileURL(paths.get(name)?.files[`${which}.html`] ?? '').href);
    return { page, complaints };
  };
  // The checker may bring a playwright-core of its own, whose types are other ones. Legacy mode: no page of its own, and no frames here.
  const axe = (page: Page) => new AxeBuilder({ page: page as never }).setLegacyMode(true);
  const overflow = (page: Page) =>
    page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

  const all = [
    ['light', 1280],
    ['light', 320],
    ['dark', 1280],
    ['dark', 320],
  ] as const;
  const two = [all[0], all[3]];
  it.each([
    ['notReady', 'index', all],
    ['longRun', 'performance', all],
    ['longRun', 'index', two],
    ['fallback', 'index', two],
    ['faulted', 'resilience', two],
    ['hostile', 'index', two],
    ['empty', 'performance', two],
  ] as const)(
    'has no axe violation, contrast included: %s %s',
    async (name, which, ways) => {
      const { page, complaints } = await open(name, which);
      await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
      for (const [index, [colorScheme, width]] of ways.entries()) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        // Finding what lies over what in the drawing takes half of the time: once a page is enough.
        const { violations } = await (index === 0 ? axe(page) : axe(page).exclude('.chart')).analyze();
        const found = violations.flatMap(({ id, nodes }) =>
          nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
        );
        expect(found.slice(0, 3), `${colorScheme} ${width}`).toEqual([]);
      }
      expect(complaints).toEqual([]);
      await page.close();
    },
    180_000,
  );

  it('fits every width without scrolling sideways', async () => {
    const { page } = await open('ready', 'index');
    const wide: string[] = [];
    for (const [name, { files }] of paths) {
      for (const path of Object.values(files).filter((file) => file.endsWith('.html'))) {
        await page.goto(pathToFileURL(path).href);
        for (const width of [320, 600, 901, 1081]) {
          await page.setViewportSize({ width, height: 900 });
          const over = await overflow(page);
          if (over !== 0) wide.push(`${name} ${path.split('/').at(-1)} at ${width}: ${over} px`);
        }
      }
    }
    expect(wide).toEqual([]);
    await page.close();
  });

  it('gives the verdict without JavaScript, on the first screen, with one drawing of the timeline for the width', async () => {
    const { page } = await open('fallback', 'index', { javaScriptEnabled: false });
    const box = await page.locator('h1').boundingBox();
    expect((box?.y ?? 999) + (box?.height ?? 0)).toBeLessThan(400);
    expect(await page.locator('h1').textContent()).toContain('INCONCLUSIVE');
    expect(await page.getByText('Fallback engine: autocannon, not k6').isVisible()).toBe(true);
    for (const [width, drawing] of [
      [1280, 'timeline-w'],
      [768, 'timeline-m'],
      [320, 'timeline-n'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      for (const each of ['timeline-w', 'timeline-m', 'timeline-n']) {
        expect(await page.locator(`svg.${each}`).isVisible(), `${each} at ${width}`).toBe(each === drawing);
      }
    }
    await page.close();
  });

  it('can be walked by keyboard: past the head, into tables that scroll', async () => {
    const { page } = await open('manyRoutes', 'performance', { viewport: { width: 320, height: 900 } });
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.getAttribute("href")')).toBe('#content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await page.locator('.scroll:has(.routes)').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction('document.activeElement.scrollLeft > 0');
    await page.close();
  });

  it('keeps its tables and drops what paper cannot use when printed', async () => {
    const { page } = await open('notReady', 'index', { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.setViewportSize({ width: 700, height: 1000 });
    expect(await page.locator('thead').first().isVisible()).toBe(true);
    expect(await page.locator('nav').isVisible()).toBe(false);
    // Dark is for screens: ink on white, whatever the reader's setting.
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(22, 24, 29)');
    expect(
      await page.evaluate('getComputedStyle(document.querySelector("section a[href]"), "::after").content'),
    ).toContain('performance.html');
    await page.close();
  });
});
