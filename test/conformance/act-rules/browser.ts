import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from '@playwright/test';
import { keyboardHooks } from '../../../src/domains/uat/observe/focus.ts';
import { launchable } from '../../../src/environment/browser-programs.ts';
import { asset } from './cases.ts';

/** One page, in which one after the other is shown. */
export interface Shown {
  page: Page;
  show(html: string): Promise<void>;
  close(): Promise<void>;
}

export const isSkipped = launchable('chromium') === null && process.env.CI === undefined;
const desk = { width: 1280, height: 800 };

export async function openShown(): Promise<Shown> {
  let html = '';
  let at = 0;
  const server: Server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const found = path.startsWith('/case') ? { type: 'text/html; charset=utf-8', body: html } : asset(path);
    if (found === null) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': found.type }).end(found.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const executablePath = launchable('chromium')?.executablePath;
  const browser: Browser = await chromium.launch({
    ...(executablePath == null ? {} : { executablePath }),
    args: ['--no-sandbox'],
  });
  const context = await browser.newContext({ viewport: desk });
  const page = await context.newPage();
  await page.addInitScript(keyboardHooks());
  return {
    page,
    async show(given) {
      html = given;
      at++;
      await page.setViewportSize(desk);
      // Some cases send their visitor elsewhere at once.
      await page.goto(`${url}/case/${at}`, { waitUntil: 'domcontentloaded' }).catch(() => {});
      await page.waitForLoadState('load', { timeout: 1500 }).catch(() => {});
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
