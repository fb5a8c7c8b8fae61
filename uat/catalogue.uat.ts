import { approvedLook, expect, Given, scenario, Then, When } from 'shakedown/uat';

scenario(
  {
    id: 'SHOP-01',
    title: 'Browse from the start page to a product',
    requirement: 'U2',
    role: 'visitor',
    tags: ['catalogue', 'smoke'],
  },
  async ({ page }) => {
    await Given('the start page', async () => {
      await page.goto('/');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Good things for the house');
      await approvedLook(page, 'start');
    });
    await When('the visitor opens a category', async () => {
      await page.getByRole('link', { name: 'Tea', exact: true }).first().click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tea');
    });
    await When('goes on to the second page', async () => {
      await page.getByRole('link', { name: 'Next' }).click();
      await expect(page.getByText('Page 2 of')).toBeVisible();
    });
    await When('opens a product', async () => {
      await page.locator('.card a').first().click();
    });
    await Then('price, stock and the button to buy are there', async () => {
      await expect(page.locator('.price').first()).toContainText('€');
      await expect(page.locator('.stock')).toBeVisible();
      await expect(page.getByRole('button', { name: 'Add to basket' })).toBeEnabled();
    });
  },
);

scenario(
  { id: 'SHOP-02', title: 'Search for a product', requirement: 'U1', role: 'visitor', tags: ['catalogue', 'search'] },
  async ({ page }) => {
    await Given('the catalogue', async () => {
      await page.goto('/products');
    });
    await When('the visitor searches for “lantern”', async () => {
      await page.getByLabel('Search products').fill('lantern');
      await page.getByRole('button', { name: 'Search' }).click();
    });
    await Then('every product shown is one', async () => {
      await expect(page.getByRole('status')).toContainText('for “lantern”');
      for (const name of await page.locator('.card .name').allTextContents())
        expect(name.toLowerCase()).toContain('lantern');
    });
    await When('the search finds nothing', async () => {
      await page.getByLabel('Search products').fill('submarine');
      await page.getByRole('button', { name: 'Search' }).click();
    });
    await Then('it says so', async () => {
      await expect(page.getByRole('status')).toHaveText('0 products for “submarine”');
    });
  },
);
