import type { Browser, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Dashboard, startDashboard } from '../../../src/run/live/dashboard.ts';
import type { LiveState } from '../../../src/run/live/state.ts';
import { axeViolations, isAbsent, launchEngine } from '../../engines.ts';
import { healthEvent, healthy, newState, played, windowEvent } from './course.ts';

const isSkipped = isAbsent('chromium');
const title = isSkipped
  ? 'the live view in Chromium (skipped: no Chromium found, set SHAKEDOWN_CHROMIUM)'
  : 'the live view in Chromium';

describe.skipIf(isSkipped)(title, () => {
  let browser: Browser;
  let dashboard: Dashboard | undefined;
  const pages: Page[] = [];

  beforeAll(async () => {
    browser = await launchEngine('chromium', false);
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
    await dashboard?.end();
    dashboard = undefined;
  });
  afterAll(() => browser?.close());

  const open = async (state: LiveState, options: Parameters<Browser['newPage']>[0] = {}) => {
    dashboard ??= await startDashboard(state, 0);
    const { address } = dashboard;
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
    pages.push(page);
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(address) && !request.url().startsWith('data:')) complaints.push(request.url());
    });
    await page.goto(address);
    return { page, complaints };
  };
  const overflow = (page: Page) =>
    page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  const text = (page: Page, field: string) => page.locator(`[data-field="${field}"]`).textContent();

  it('has no axe violation in light and dark, wide and narrow, and never scrolls sideways', async () => {
    const state = played();
    const { page, complaints } = await open(state);
    await page.locator('#drawing svg.chart').waitFor();
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 320],
      ['dark', 1280],
      ['light', 320],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.locator(`#drawing svg.timeline-${width === 320 ? 'n' : 'w'}`).waitFor();
      const found = await axeViolations(page);
      expect(found.slice(0, 3), `${colorScheme} ${width}`).toEqual([]);
      expect(await overflow(page), `${colorScheme} ${width}`).toBe(0);
      if (colorScheme === 'dark' && width === 320) {
        state.follow(healthEvent(false, 'ECONNREFUSED'));
        for (let index = 120; index < 180; index++) state.follow(windowEvent(index, () => 400));
        await page.locator('.verdict.fail').waitFor();
      }
    }
    expect(complaints).toEqual([]);
  });

  it('fills in while the run goes on, and keeps the last state when the run has ended', async () => {
    const state = newState();
    const { page, complaints } = await open(state);
    await expect.poll(() => text(page, 'sentence')).toContain('No figures yet');
    for (let index = 0; index < 20; index++) state.follow(windowEvent(index, healthy(index)));
    await expect.poll(() => text(page, 'word'), { timeout: 5000 }).toBe('So far within targets');
    expect(await page.title()).toMatch(/^So far within targets · shop v2\.1\.0/);
    await page.locator('#drawing svg.chart').waitFor();
    const before = await page.locator('#drawing').innerHTML();
    for (let index = 20; index < 60; index++) state.follow(windowEvent(index, () => 300));
    await expect.poll(() => text(page, 'word'), { timeout: 5000 }).toBe('So far outside targets');
    expect(await page.locator('#said').textContent()).toBe('So far outside targets');
    await expect.poll(() => page.locator('#drawing').innerHTML()).not.toBe(before);
    expect(await page.locator('[data-tile="p99"] .figure').getAttribute('class')).toContain('missed');
    const index = '/srv/runs/2026-11-21T0900-7f3a/index.html';
    state.follow({ kind: 'outcome', verdict: 'fail', word: 'NOT READY', sentence: 'p99 is 300 ms.', index });
    await dashboard?.end();
    dashboard = undefined;
    expect(await text(page, 'word')).toBe('NOT READY');
    expect(await page.locator('#report code').textContent()).toBe(index);
    expect(await page.locator('#line').textContent()).toBe('ended');
    expect(complaints).toEqual([]);
  });

  it('says when the line is lost, and takes it up again with the same run', async () => {
    const state = played();
    const { page } = await open(state);
    await expect.poll(() => page.locator('#line').textContent()).toBe('live');
    const port = Number(new URL(dashboard?.address ?? '').port);
    await dashboard?.end();
    await expect
      .poll(() => page.locator('#line').textContent(), { timeout: 8000 })
      .toMatch(/^connection lost, figures of/);
    expect(await text(page, 'word')).toBe('So far within targets');
    dashboard = await startDashboard(state, port);
    await expect.poll(() => page.locator('#line').textContent(), { timeout: 12_000 }).toBe('live');
  }, 30_000);

  it('runs nothing that data says', async () => {
    const state = played('<img src=x onerror=alert(1)>{{this}}');
    state.follow({ kind: 'phase', text: '<b onclick=alert(1)>x</b>' });
    const { page, complaints } = await open(state);
    await page.locator('#drawing svg.chart').waitFor();
    expect(await page.locator('main img, main b[onclick]').count()).toBe(0);
    expect(await text(page, 'phase')).toBe('<b onclick=alert(1)>x</b>');
    expect(complaints).toEqual([]);
  });

  it('can be walked by keyboard, and says without script where the figures come from', async () => {
    const state = played();
    const { page } = await open(state);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.getAttribute("href")')).toBe('#content');
    const { page: still } = await open(state, { javaScriptEnabled: false });
    expect(await still.locator('noscript p').isVisible()).toBe(true);
  });
});
