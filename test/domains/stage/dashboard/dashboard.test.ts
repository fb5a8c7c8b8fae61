import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DashboardParts } from '../../../../src/domains/stage/dashboard/parts.ts';
import { dashboardParts } from '../../../../src/domains/stage/dashboard/parts.ts';
import { serveDashboard } from '../../../../src/domains/stage/dashboard/serve.ts';
import { StageWatch } from '../../../../src/domains/stage/dashboard/watched.ts';
import type { LoopbackServer } from '../../../../src/environment/loopback.ts';
import { followRun } from '../../../../src/run/live/follow-run.ts';
import { axeViolations, isAbsent, launchEngine, openAs } from '../../../engines.ts';
import { command, type MadeStage, madePhase, makeStage } from '../made-stage.ts';

let stage: MadeStage;
let server: LoopbackServer;
let looks = 0;
const hostile = '<img src=x onerror=alert(1)>';

beforeEach(async () => {
  looks = 0;
  stage = await makeStage([
    madePhase({
      ...{
        id: 'tests',
        title: hostile,
        gates: ['uat'],
        does: command('bad'),
        writes: ['test_results', 'health_status'],
      },
      state: ({ verdict }) => ({ test_results: { verdict, of: hostile }, health_status: { status: 'healthy' } }),
    }),
  ]);
  await stage.run();
  const watch = new StageWatch(stage.folder, { followRun });
  const look = async () => {
    looks++;
    return dashboardParts(await watch.look(), []);
  };
  server = await serveDashboard(look, { port: 0, environment: 'staging' });
});
afterEach(async () => {
  await server.close();
  await stage.remove();
});

const parts = async (since = '') =>
  (await (await fetch(`${server.origin}/parts?since=${since}`)).json()) as DashboardParts & { revision: string };

describe('the dashboard of a stage', () => {
  it('shows a saved one whole without its script, and nothing of it unescaped', async () => {
    const answer = await fetch(server.origin);
    const html = await answer.text();
    for (const words of [
      'FAILED SO FAR',
      'the basket is empty',
      'Environment health',
      'healthy',
      'History',
      'swarm/started',
    ])
      expect(html).toContain(words);
    expect(html).toContain('&lt;img src&#x3D;x');
    expect(html).not.toContain('<img src=x');
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^ ]+'; script-src 'sha256-/,
    );
  });
  it('says only what is new, and takes nothing', async () => {
    const { revision, state } = await parts();
    expect(state).toBe('fail');
    expect((await fetch(`${server.origin}/parts?since=${revision}`)).status).toBe(204);
    expect((await fetch(server.origin, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${server.origin}/../journal.ndjson`)).status).toBe(404);
  });
  it('looks once for all who ask at the same time', async () => {
    await Promise.all(Array.from({ length: 40 }, () => parts()));
    expect(looks).toBe(1);
  });
  it('says that there is no stage yet', () => {
    expect(dashboardParts(null, []).parts.head).toMatch(/NO STAGE YET/);
  });
});

describe.each(['chromium', 'firefox'] as const)('in %s', (engine) => {
  it.skipIf(isAbsent(engine))('is live in seven tabs at once, and accessible in light and dark', async () => {
    const browser = await launchEngine(engine, false);
    try {
      const context = await browser.newContext();
      const tabs = [];
      for (let count = 0; count < 7; count++) {
        const page = await context.newPage();
        await page.goto(server.origin);
        tabs.push(page);
      }
      for (const page of tabs) {
        await page.bringToFront();
        await page.waitForFunction("document.getElementById('line').textContent === 'live'", null, {
          timeout: 20_000,
        });
        expect(await page.title()).toMatch(/^FAILED SO FAR/);
      }
      await context.close();
      for (const medium of ['light', 'dark'] as const) {
        const page = await openAs(browser, engine, medium, server.origin);
        expect(await axeViolations(page)).toEqual([]);
        await page.close();
      }
    } finally {
      await browser.close();
    }
  });
});
