import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'node:test';
import { type Browser, chromium, type Page } from '@playwright/test';
import { launchable } from '../../environment/browser-programs.ts';
import { chromiumReach } from '../../environment/browser-reach.ts';
import { addressOf } from './build.ts';

// Sizes of a window; what a finger cannot press on a phone a mouse may on a desk.
const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

for (const [name, viewport] of Object.entries(sizes)) {
  describe(`the shop on a ${name}`, { concurrency: 1 }, () => {
    let browser: Browser;
    let page: Page;
    before(async () => {
      const { executablePath = null } = launchable('chromium') ?? {};
      const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
      browser = await chromium.launch({
        ...(executablePath === null ? {} : { executablePath }),
        args: [...chromiumReach([new URL(addressOf('/')).host]), ...root],
      });
      page = await browser.newPage({ viewport });
      page.setDefaultTimeout(5000);
    });
    after(() => browser?.close());

    it('shows its home page', async () => {
      await page.goto(addressOf('/'));
      assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Good things for the house');
    });

    it('puts a product into the basket at the press of a button', async () => {
      await page.goto(addressOf('/products/12'));
      await page.getByLabel('Quantity').fill('2');
      await page.getByRole('button', { name: 'Add to basket' }).click();
      await page.waitForURL('**/basket');
      assert.equal(await page.getByLabel(/Quantity of/).inputValue(), '2');
    });

    it('adds the basket up', async () => {
      const money = async (cell: string) =>
        Number(((await page.locator(cell).textContent()) ?? '').replace(/[^0-9]/g, ''));
      await page.goto(addressOf('/basket'));
      assert.equal(await money('tfoot td'), await money('tbody td.number'));
    });

    it('takes the order', async () => {
      await page.goto(addressOf('/checkout'));
      await page.getByLabel('Name', { exact: true }).fill('Ada Okafor');
      await page.getByLabel('E-mail address').fill('ada@shop.test');
      await page.getByLabel('Delivery address').fill('Quay 3');
      await page.getByRole('button', { name: 'Place the order' }).click();
      assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Thank you for your order');
    });
  });
}
