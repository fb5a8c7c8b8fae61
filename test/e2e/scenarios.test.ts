import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { isAlive } from '../alive.ts';
import { describeWithK6 } from '../setup/programs.ts';
import type { Project } from './project.ts';
import { attempted, isSkipped, runnersOf, shopWith } from './scenario-runs.ts';

const patienceMs = 600_000;

const scenarios = `
scenario({ id: 'LOOK', title: 'Looks around', requirement: 'U1', role: 'visitor', tags: ['smoke'] }, async ({ page }) => {
  await Given('the start', async () => { await page.goto('/'); });
  await Then('a product is there', async () => {
    await page.goto('/products/1');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  });
});
scenario({ id: 'NEVER', title: 'Finds what is not there', requirement: 'U1', role: 'visitor', tags: ['other'] }, async ({ page }) => {
  await Given('a product', async () => { await page.goto('/products/1'); });
  await Then('it is free', async () => { await expect(page.getByText('free of charge')).toBeVisible({ timeout: 500 }); });
});
`;

let shop: Project | undefined;
afterEach(() => shop?.remove());

const load = ['simulate', '--rate', '10', '--window', '1s'];

describeWithK6(isSkipped ? 'scenarios under load (skipped: no Chromium)' : 'scenarios under load', (k6) => {
  const env = { SHAKEDOWN_K6: k6.path };

  it.skipIf(isSkipped)(
    'are marked by the run’s clock, name what a shop shows its visitors, and fail the run with it',
    async () => {
      shop = shopWith(scenarios, 'console-error');
      const { code, stderr } = await shop.run([...load, '--duration', '40s', '--uat'], env);
      const results = shop.results();
      const { gates, objectives, timeline, sections } = results;
      const { underLoad: uat, vitals = [] } = sections.uat ?? {};
      expect(code, stderr).toBe(1);
      expect(uat?.chosen).toEqual(['smoke']);
      const under = uat?.runs.filter(({ condition }) => condition === 'load') ?? [];
      expect(under.length, JSON.stringify(uat?.rounds)).toBeGreaterThan(0);
      for (const run of under) {
        expect(run).toMatchObject({ scenario: 'LOOK', outcome: 'passed' });
        expect(run.startMs).toBeGreaterThan(0);
        expect(run.startMs).toBeLessThan(40_000);
        expect(run.ratePerSecond).toBeGreaterThan(0);
      }
      expect(uat?.runs.filter(({ condition }) => condition === 'quiet').map(({ startMs }) => startMs)).toEqual([null]);
      expect(gates.find(({ id }) => id === 'uat')?.verdict).toBe('fail');
      const findings = objectives.find(({ objective }) => objective.id === 'user-findings');
      expect([findings?.verdict, findings?.reason]).toEqual([
        'fail',
        expect.stringContaining('recommendations is undefined on /products/'),
      ]);
      expect(uat?.findings.map(({ kind }) => kind)).toContain('console');
      const lcp = vitals.filter(({ metric, source }) => metric === 'LCP' && source === 'scenarios');
      expect(lcp.map(({ condition }) => condition)).toEqual(['quiet', 'load']);
      for (const { p75 } of lcp) expect(p75).toBeGreaterThan(0);
      expect(timeline.bands.some(({ lane }) => lane === 'uat')).toBe(true);
      const page = readFileSync(join(shop.runFolder(), 'uat.html'), 'utf8');
      expect(page).toContain('Looks around');
      expect(readFileSync(join(shop.runFolder(), 'index.html'), 'utf8')).toContain('href="uat.html"');
      expect(existsSync(join(shop.runFolder(), 'uat', 'evidence', 'r1-LOOK-chromium-desktop-0.jpg'))).toBe(true);
      // Rendered again, it is the same.
      await shop.run(['report', '--from', shop.runFolder()]);
      expect(readFileSync(join(shop.runFolder(), 'uat.html'), 'utf8')).toBe(page);
    },
    patienceMs,
  );

  it.skipIf(isSkipped)(
    'that fail are named with when; a harness that is killed leaves no runner and a folder that can be told of',
    async () => {
      shop = shopWith(scenarios);
      const { child, ended } = shop.start([...load, '--duration', '10m', '--uat', 'NEVER'], env);
      const folder = await attempted(shop, 2, () => child.exitCode !== null);
      child.kill('SIGKILL');
      await ended;
      const runners = () => runnersOf(folder);
      for (let tries = 0; runners().length > 0 && tries < 240; tries++) await wait(500);
      expect(runners()).toEqual([]);
      const { stderr } = await shop.run(['report', '--from', folder]);
      const { objectives, sections } = shop.results();
      const uat = sections.uat?.underLoad;
      const scenarioRuns = objectives.find(({ objective }) => objective.id === 'scenarios');
      expect(scenarioRuns?.verdict, stderr).toBe('fail');
      expect(scenarioRuns?.reason).toContain('NEVER Finds what is not there failed in chromium at desktop size');
      expect(scenarioRuns?.reason).toContain('at “Then it is free”');
      expect(uat?.runs[0]?.error?.step).toBe('Then it is free');
      expect(isAlive(child.pid ?? -1)).toBe(false);
    },
    patienceMs,
  );

  it.skipIf(isSkipped)(
    'that nobody knows are refused before anything is sent',
    async () => {
      shop = shopWith(scenarios);
      const { code, stderr } = await shop.run([...load, '--duration', '60s', '--uat', 'NOBODY'], env);
      expect([code, stderr]).toEqual([2, expect.stringContaining('No scenario has the id, tag or role "NOBODY"')]);
      const runs = join(shop.folder, 'reports', 'runs');
      expect(existsSync(runs) ? readdirSync(runs).filter((name) => !name.endsWith('.log')) : []).toEqual([]);
    },
    patienceMs,
  );
});
