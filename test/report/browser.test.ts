import { expect, it } from 'vitest';
import { describePages, tooWide } from './in-chromium.ts';

describePages('reports in Chromium', ({ open, written }) => {
  it('fits every width without scrolling sideways: each kind of page', async () => {
    const { page } = await open('ready', 'index');
    expect(
      await tooWide(
        page,
        [...written].filter(([name]) => name === 'fullest'),
      ),
    ).toEqual([]);
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
    await expect.poll(() => page.evaluate('document.activeElement.scrollLeft')).toBeGreaterThan(0);
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
