import { expect, it } from 'vitest';
import { axeViolations } from '../engines.ts';
import { describePages, tooWide } from './in-chromium.ts';

describePages('reports in Chromium, light and dark, wide and narrow', ({ open, written }) => {
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
        const found = await axeViolations(page, index === 0 ? [] : ['.chart']);
        expect(found.slice(0, 3), `${colorScheme} ${width}`).toEqual([]);
      }
      expect(complaints).toEqual([]);
      await page.close();
    },
    180_000,
  );

  it('fits every width without scrolling sideways', async () => {
    const { page } = await open('ready', 'index');
    expect(await tooWide(page, written)).toEqual([]);
    await page.close();
  });
});
