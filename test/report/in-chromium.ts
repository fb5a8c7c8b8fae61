import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe } from 'vitest';
import { type WrittenReports, writeReports } from '../../src/report/write.ts';
import { domains } from '../../src/run/domains.ts';
import { isAbsent, launchEngine } from '../engines.ts';
import { cases } from './fixture.ts';

export interface Pages {
  /** What was written of each case. */
  written: Map<string, WrittenReports>;
  /** Opens a page of a case; what it complained of, or asked any host for, is in `complaints`. */
  open(
    name: string,
    which: 'index' | 'performance' | 'resilience',
    options?: Parameters<Browser['newPage']>[0],
  ): Promise<{ page: Page; complaints: string[] }>;
}

/** Tests of the reports of all cases in Chromium: skipped on a desk without one, and failing where everything is meant to be checked. */
export function describePages(title: string, body: (pages: Pages) => void): void {
  const isSkipped = isAbsent('chromium');
  describe.skipIf(isSkipped)(
    isSkipped ? `${title} (skipped: no Chromium found, set SHAKEDOWN_CHROMIUM)` : title,
    () => {
      let browser: Browser;
      let folder: string;
      const written: Pages['written'] = new Map();

      beforeAll(async () => {
        browser = await launchEngine('chromium', false);
        folder = await mkdtemp(join(tmpdir(), 'shakedown-pages-'));
        for (const [name, make] of Object.entries(cases))
          written.set(name, await writeReports(make(), join(folder, name), domains));
      });
      afterAll(async () => {
        await browser?.close();
        if (folder !== undefined) await rm(folder, { recursive: true, force: true });
      });

      body({
        written,
        async open(name, which, options = {}) {
          const size = { width: 1280, height: 900 };
          const page = await browser.newPage({ viewport: size, reducedMotion: 'reduce', ...options });
          const complaints: string[] = [];
          page.on('console', (message) => complaints.push(message.text()));
          page.on('pageerror', (error) => complaints.push(error.message));
          page.on('request', (request) => {
            if (!/^(file|data):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
          });
          await page.goto(pathToFileURL(written.get(name)?.files[`${which}.html`] ?? '').href);
          return { page, complaints };
        },
      });
    },
  );
}

/** Opens every page of these reports in widths from a phone's on; a line for each that has to be scrolled sideways. */
export async function tooWide(page: Page, reports: Iterable<[string, WrittenReports]>): Promise<string[]> {
  const wide: string[] = [];
  for (const [name, { files }] of reports) {
    for (const path of Object.values(files).filter((file) => file.endsWith('.html'))) {
      await page.goto(pathToFileURL(path).href);
      for (const width of [320, 600, 901, 1081]) {
        await page.setViewportSize({ width, height: 900 });
        const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
        if (over !== 0) wide.push(`${name} ${path.split('/').at(-1)} at ${width}: ${over} px`);
      }
    }
  }
  return wide;
}
