import type { Locator, Page } from 'shakedown/uat';

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

/** As a person does: `fill` adds to the number that is there where the system's Firefox is driven (WebDriver BiDi). */
export async function enterNumber(field: Locator, value: number): Promise<void> {
  await field.press('ControlOrMeta+a');
  await field.pressSequentially(String(value));
}

export async function addToBasket(page: Page, product: number, quantity = 1): Promise<void> {
  await page.goto(`/products/${product}`);
  await enterNumber(page.getByLabel('Quantity'), quantity);
  await page.getByRole('button', { name: 'Add to basket' }).click();
  await page.waitForURL('**/basket');
}

export async function fillDelivery(page: Page): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill('Ada Okafor');
  await page.getByLabel('E-mail address').fill('ada@shop.test');
  // By its place: a scenario should fail for what it shows, not for a label that the accessibility check names anyway.
  await page.locator('#address').fill('Quay 7\n12345 Port Town');
}
