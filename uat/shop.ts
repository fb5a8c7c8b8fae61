import type { Page } from 'shakedown/uat';

/** Of every demo customer and of the admin; the sample shop makes an account for an address it does not know. */
const password = 'ahoy-shipmate';

/** An address that no other run of any scenario has. */
export function freshEmail(): string {
  return `uat-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}@shop.test`;
}

export async function signIn(page: Page, email: string): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
}

export async function addToBasket(page: Page, product: number, quantity = 1): Promise<void> {
  await page.goto(`/products/${product}`);
  await page.getByLabel('Quantity').fill(String(quantity));
  await page.getByRole('button', { name: 'Add to basket' }).click();
  await page.waitForURL('**/basket');
}

export async function fillDelivery(page: Page): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill('Ada Okafor');
  await page.getByLabel('E-mail address').fill('ada@shop.test');
  // By its place: a scenario should fail for what it shows, not for a label that the accessibility check names anyway.
  await page.locator('#address').fill('Quay 7\n12345 Port Town');
}
