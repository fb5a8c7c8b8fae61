import { expect, Given, scenario, Then, When } from 'shakedown/uat';

scenario({ id: 'LIB-01', title: 'Find a book and borrow it', requirement: 'L1', role: 'reader' }, async ({ page }) => {
  await Given('the search', async () => {
    await page.goto('/');
  });
  await When('the reader searches for “harbour” and opens the atlas', async () => {
    await page.getByLabel('Words').fill('harbour');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: 'The harbour: atlas' }).click();
  });
  await When('the reader borrows it', async () => {
    await page.locator('[name=card]').fill('4711');
    await page.getByRole('button', { name: 'Borrow' }).click();
  });
  await Then('the loan is shown', async () => {
    await expect(page.getByRole('status')).toContainText('book 14');
  });
  await Then('the reader can look for another one', async () => {
    await page.getByRole('link', { name: 'Find another book' }).click();
    await expect(page.getByRole('heading')).toHaveText('Find a book');
  });
});
