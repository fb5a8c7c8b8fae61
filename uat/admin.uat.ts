import { expect, Given, scenario, Then, tolerate, When } from 'shakedown/uat';
import { signIn } from './shop.ts';

/** Every cell edits a product of its own, so that they can run at the same time. */
const products: Record<string, number> = { phone: 401, tablet: 403, desktop: 405 };

scenario(
  { id: 'SHOP-07', title: 'The crew edits a product', requirement: 'U1', role: 'admin', tags: ['admin'] },
  async ({ page, size }, { project }) => {
    const product = (products[size] ?? 400) + (project.name.startsWith('firefox') ? 1 : 0);
    await Given('someone of the crew, signed in', async () => {
      await signIn(page, 'admin@shop.test');
      await page.getByRole('link', { name: 'Admin' }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Products');
    });
    await When('the price is not a number', async () => {
      await page.goto(`/admin/products/${product}`);
      tolerate({ status: 422 });
      await page.getByLabel('Price in euros').fill('a lot');
      await page.getByRole('button', { name: 'Save' }).click();
    });
    await Then('it is refused', async () => {
      await expect(page.getByRole('alert')).toContainText('A name and a price');
    });
    await When('name and price are right', async () => {
      await page.getByLabel('Name', { exact: true }).fill(`Harbour Lantern No. ${product}`);
      await page.getByLabel('Price in euros').fill('19.50');
      await page.getByRole('button', { name: 'Save' }).click();
      await expect(page).toHaveURL(/\/admin\/products$/);
    });
    await Then('the shop sells it so', async () => {
      // Each of the shop's processes reads the catalogue anew once a second at the latest.
      await expect(async () => {
        await page.goto(`/products/${product}`);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Harbour Lantern No. ${product}`, {
          timeout: 500,
        });
        await expect(page.locator('.price').first()).toHaveText('€ 19.50', { timeout: 500 });
      }).toPass();
    });
  },
);
