import { expect, Given, scenario, Then, tolerate, When } from 'shakedown/uat';
import { addToBasket } from './shop.ts';

scenario(
  {
    id: 'SHOP-09',
    title: 'Back, forward and reload lose nothing',
    requirement: 'U2',
    role: 'visitor',
    tags: ['browsing'],
  },
  async ({ page }) => {
    await Given('a product in the basket', async () => {
      await addToBasket(page, 55);
    });
    await When('the visitor goes back, and forward again', async () => {
      await page.goBack();
      await expect(page).toHaveURL(/\/products\/55$/);
      await page.goForward();
    });
    await Then('the basket is as it was, also after a reload', async () => {
      await expect(page.getByLabel(/Quantity of/)).toHaveValue('1');
      await page.reload();
      await expect(page.getByLabel(/Quantity of/)).toHaveValue('1');
    });
  },
);

scenario(
  { id: 'SHOP-10', title: 'Two tabs share one basket', requirement: 'U2', role: 'visitor', tags: ['browsing'] },
  async ({ page, context }) => {
    await Given('a product in the basket', async () => {
      await addToBasket(page, 61);
    });
    await When('another is put into it in a second tab', async () => {
      const other = await context.newPage();
      await addToBasket(other, 62);
      await other.close();
    });
    await Then('the first tab shows both when it is loaded again', async () => {
      await page.reload();
      await expect(page.getByLabel(/Quantity of/)).toHaveCount(2);
    });
  },
);

scenario(
  { id: 'SHOP-11', title: 'A slow network', requirement: 'U3', role: 'visitor', priority: 'should', tags: ['network'] },
  async ({ page }) => {
    await Given('a network that delays everything by 300 ms', async () => {
      await page.route('**/*', async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        await route.continue();
      });
    });
    await When('the visitor opens the catalogue', async () => {
      await page.goto('/products');
    });
    await Then('it is all there, and usable', async () => {
      await expect(page.locator('.card')).toHaveCount(24);
      await page.locator('.card a').first().click();
      await expect(page.getByRole('button', { name: 'Add to basket' })).toBeEnabled();
    });
  },
);

scenario(
  {
    id: 'SHOP-12',
    title: 'The network goes away and comes back',
    requirement: 'U2',
    role: 'visitor',
    priority: 'should',
    tags: ['network'],
  },
  async ({ page, context }) => {
    await Given('a product in the basket', async () => {
      await addToBasket(page, 77);
    });
    await When('the network is gone', async () => {
      tolerate({ noAnswer: true });
      await context.setOffline(true);
      await expect(page.goto('/products')).rejects.toThrow();
    });
    await Then('the basket is still there when it is back', async () => {
      await context.setOffline(false);
      // The browser may still be on its way to its own page of what went wrong.
      await expect(async () => {
        await page.goto('/basket');
      }).toPass();
      await expect(page.getByLabel(/Quantity of/)).toHaveValue('1');
    });
  },
);

scenario(
  { id: 'SHOP-13', title: 'Buy by keyboard alone', requirement: 'U4', role: 'visitor', tags: ['keyboard'] },
  async ({ page }) => {
    const tabTo = async (name: string) => {
      for (let press = 0; press < 60; press++) {
        await page.keyboard.press('Tab');
        const focused = page.locator(':focus');
        if ((await focused.count()) > 0 && ((await focused.textContent()) ?? '').trim() === name) return;
      }
      throw new Error(`“${name}” was not reached by Tab.`);
    };
    await Given('a product', async () => {
      await page.goto('/products/91');
    });
    await When('the visitor skips to the content and puts it into the basket', async () => {
      await page.keyboard.press('Tab');
      await expect(page.locator(':focus')).toHaveText('Skip to content');
      await page.keyboard.press('Enter');
      await expect(page.locator('#main')).toBeFocused();
      await tabTo('Add to basket');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/basket');
    });
    await When('goes to the checkout', async () => {
      await tabTo('Check out');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/checkout');
    });
    await Then('the checkout is there', async () => {
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Checkout');
    });
  },
);

scenario(
  {
    id: 'SHOP-14',
    title: 'The shop fits every screen',
    requirement: 'U2',
    role: 'visitor',
    tags: ['responsive', 'smoke'],
  },
  async ({ page, size }) => {
    await Given('a product', async () => {
      await page.goto('/products/18');
    });
    await Then(
      'picture and text stand side by side where there is room, and one above the other where there is none',
      async () => {
        const [picture, text] = await Promise.all([
          page.locator('.product .picture').boundingBox(),
          page.locator('.product h1').boundingBox(),
        ]);
        const isBeside = (text?.x ?? 0) >= (picture?.x ?? 0) + (picture?.width ?? 0);
        expect(isBeside).toBe(size !== 'phone');
      },
    );
    await Then('nothing has to be scrolled sideways', async () => {
      expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    });
  },
);
