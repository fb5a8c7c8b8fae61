import { expect, Given, scenario, Then, tolerate, When } from 'shakedown/uat';
import { addToBasket, enterNumber, fillDelivery } from './shop.ts';

scenario(
  {
    id: 'SHOP-03',
    title: 'From the basket to an order',
    requirement: 'U1',
    role: 'customer',
    tags: ['checkout', 'smoke'],
  },
  async ({ page }) => {
    await Given('two of a product in the basket', async () => {
      await addToBasket(page, 12, 2);
      await expect(page.getByRole('table')).toContainText('Total');
    });
    await When('the customer makes it three', async () => {
      await enterNumber(page.getByLabel(/Quantity of/), 3);
      await page.getByRole('button', { name: /Update/ }).click();
      await expect(page.getByLabel(/Quantity of/)).toHaveValue('3');
    });
    await Then('the total is what three of it cost', async () => {
      await expect(page.locator('tfoot td')).toHaveText((await page.locator('tbody td.number').textContent()) ?? '');
    });
    await When('goes to the checkout', async () => {
      await page.getByRole('link', { name: 'Check out' }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Checkout');
    });
    await When('fills in where it goes and orders', async () => {
      await fillDelivery(page);
      await page.getByRole('button', { name: 'Place the order' }).click();
    });
    await Then('the order is confirmed with its number', async () => {
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Thank you for your order');
      await expect(page.locator('#order-id')).toHaveText(/^[0-9a-f-]{36}$/);
    });
  },
);

scenario(
  { id: 'SHOP-04', title: 'A payment card that is wrong', requirement: 'U1', role: 'customer', tags: ['checkout'] },
  async ({ page }) => {
    await Given('the checkout with a card that does not exist', async () => {
      await addToBasket(page, 30);
      await page.getByRole('link', { name: 'Check out' }).click();
      await fillDelivery(page);
      await page.getByLabel('Card number').fill('4000 0000 0000 0003');
    });
    await When('the customer orders', async () => {
      tolerate({ status: 422 });
      await page.getByRole('button', { name: 'Place the order' }).click();
    });
    await Then('it is refused in plain words, and nothing typed is lost', async () => {
      await expect(page.getByRole('alert')).toContainText('card number');
      await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Ada Okafor');
    });
    await When('the customer corrects it', async () => {
      await page.getByLabel('Card number').fill('4242 4242 4242 4242');
      await page.getByRole('button', { name: 'Place the order' }).click();
    });
    await Then('the order is placed', async () => {
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Thank you for your order');
    });
  },
);
