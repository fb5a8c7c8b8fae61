import { expect, Given, scenario, Then, tolerate, When } from 'shakedown/uat';
import { freshEmail, signIn } from './shop.ts';

scenario(
  {
    id: 'SHOP-05',
    title: 'Register, sign out and sign in',
    requirement: 'U1',
    role: 'customer',
    tags: ['account', 'smoke'],
  },
  async ({ page }) => {
    const email = freshEmail();
    await Given('the form to register', async () => {
      await page.goto('/register');
    });
    await When('the customer registers', async () => {
      await page.getByLabel('Name', { exact: true }).fill('Bo Lindqvist');
      await page.getByLabel('E-mail address').fill(email);
      await page.getByLabel('Password').fill('ahoy-shipmate');
      await page.getByRole('main').getByRole('button', { name: 'Register' }).click();
    });
    await Then('the account shows name and address', async () => {
      await expect(page.getByText(`Bo Lindqvist, ${email}`)).toBeVisible();
    });
    await When('the customer signs out and tries a wrong password', async () => {
      await page.getByRole('button', { name: 'Sign out' }).click();
      tolerate({ status: 401 });
      await page.goto('/login');
      await page.getByLabel('E-mail address').fill(email);
      await page.getByLabel('Password').fill('not-the-password');
      await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    });
    await Then('it is refused without saying which of the two is wrong', async () => {
      await expect(page.getByRole('alert')).toHaveText('E-mail address or password is wrong.');
    });
    await When('the customer signs in with the right one', async () => {
      await signIn(page, email);
    });
    await Then('the account is there again', async () => {
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Account');
    });
  },
);

scenario(
  {
    id: 'SHOP-06',
    title: 'Change the name of an account',
    requirement: 'U1',
    role: 'customer',
    priority: 'should',
    tags: ['account'],
  },
  async ({ page }) => {
    await Given('a signed-in customer', async () => {
      await signIn(page, freshEmail());
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Account');
    });
    await When('the customer changes the name', async () => {
      await page.getByLabel('Name', { exact: true }).fill('Chidi Marsh');
      await page.getByRole('button', { name: 'Save' }).click();
    });
    await Then('the account shows the new one, also after a reload', async () => {
      await expect(page.getByText(/^Chidi Marsh, /)).toBeVisible();
      await page.reload();
      await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Chidi Marsh');
    });
  },
);

scenario(
  {
    id: 'SHOP-08',
    title: 'The session ends while someone shops',
    requirement: 'U1',
    role: 'customer',
    tags: ['account'],
  },
  async ({ page, context }) => {
    await Given('a signed-in customer', async () => {
      await signIn(page, freshEmail());
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Account');
    });
    await When('the session ends and the customer opens the account', async () => {
      await context.clearCookies();
      await page.goto('/account');
    });
    await Then('the shop asks to sign in, and goes on where the customer wanted to', async () => {
      await expect(page).toHaveURL(/\/login\?next=%2Faccount/);
      await page.getByLabel('E-mail address').fill(freshEmail());
      await page.getByLabel('Password').fill('ahoy-shipmate');
      await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
      await expect(page).toHaveURL(/\/account$/);
    });
  },
);
