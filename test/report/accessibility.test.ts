import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeReports } from '../../src/report/write.ts';
import { domains } from '../../src/run/domains.ts';
import { type Dashboard, startDashboard } from '../../src/run/live/dashboard.ts';
import { renderRun } from '../../src/run/simulate/render.ts';
import { fullRun } from '../domains/uat/run-folder.ts';
import { axeViolations, type Engine, isAbsent, launchEngine, type Medium, openAs } from '../engines.ts';
import { Stage } from '../run/certificate/certified-run.ts';
import { healthEvent, healthy, played, windowEvent } from '../run/live/course.ts';
import { cases } from './fixture.ts';

/** Browsers start slowly where the machine has other work. */
const patienceMs = 900_000;
const media: Medium[] = ['light', 'dark', 'print'];
/** The fullest of each page. */
const runs = ['fullest'] as const;

const stage = new Stage();
let folder: string;
let dashboard: Dashboard;
const pages: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-accessibility-'));
  for (const name of runs) await writeReports(cases[name]?.() ?? expect.fail(name), join(folder, name), domains);
  const uat = await fullRun(folder);
  await renderRun(uat);
  for (const each of [...runs.map((name) => join(folder, name)), uat]) {
    for (const file of readdirSync(each)) if (file.endsWith('.html')) pages.push(join(each, file));
  }
  const certified = await stage.certify(await stage.run(), stage.settings(stage.key('own')));
  pages.push(certified.page ?? expect.fail('no page of a certificate'));
  const state = played();
  state.follow(healthEvent(false, 'ECONNREFUSED'));
  for (let index = 120; index < 180; index++) state.follow(windowEvent(index, healthy(index)));
  dashboard = await startDashboard(state, 0);
});
afterAll(async () => {
  await dashboard?.end();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  stage.clear();
});

describe.each<Engine>(['chromium', 'firefox'])('every page of ours in %s', (engine) => {
  it.skipIf(isAbsent(engine)).each(media)(
    'has no axe violation, contrast included, in %s',
    async (medium) => {
      const browser = await launchEngine(engine, medium !== 'light');
      try {
        expect(await everyViolation(browser, engine, medium)).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    patienceMs,
  );
});

async function everyViolation(browser: Browser, engine: Engine, medium: Medium): Promise<string[]> {
  const found: string[] = [];
  expect(pages.map((path) => path.slice(folder.length + 1))).toEqual(
    expect.arrayContaining([
      'fullest/index.html',
      'fullest/performance.html',
      'fullest/resilience.html',
      'fullest/journeys.html',
      'fullest/browsers.html',
      'fullest/uat.html',
      'full/index.html',
      'full/uat.html',
    ]),
  );
  for (const url of [...pages.map((path) => pathToFileURL(path).href), dashboard.address]) {
    const page = await openAs(browser, engine, medium, url);
    if (url === dashboard.address) await page.locator('#drawing svg.chart').first().waitFor({ state: 'attached' });
    const violations = await axeViolations(page);
    if (url === dashboard.address) {
      // The checker sees what it should: one text too pale for paper and screen alike.
      await page.evaluate(`{
        const pale = document.createElement('p');
        pale.textContent = 'pale';
        Object.assign(pale.style, { background: '#999', color: '#777' });
        document.body.append(pale);
      }`);
      expect((await axeViolations(page)).join()).toContain('color-contrast');
    }
    found.push(...violations.slice(0, 3).map((line) => `${url.slice(-30)}: ${line}`));
    await page.close();
  }
  return found;
}
