import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { launchable } from '../../../src/environment/browser-programs.ts';
import { makeProject, objectiveOf, runProject } from './project.ts';

const patienceMs = 400_000;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A server, and how often anyone connected to it. */
async function serve(body: string): Promise<{ host: string; connections: () => number }> {
  let connections = 0;
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/away')) response.writeHead(302, { location: body }).end();
    else response.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' }).end(body);
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections };
}

const page = (other: string) => `<!doctype html><html lang="en"><head><title>Shop</title>
<meta name="viewport" content="width=device-width"><link rel="preconnect" href="http://${other}"></head><body><main><h1>Shop</h1>
<img alt="a logo" width="10" height="10" src="http://${other}/logo.png"><p id="done"></p></main><script>
const tries = [fetch('http://${other}/api').catch(() => {}), new Promise((resolve) => {
  const socket = new WebSocket('ws://${other}/live');
  socket.onerror = socket.onopen = resolve;
})];
navigator.sendBeacon('http://${other}/count');
Promise.all(tries).then(() => { document.getElementById('done').textContent = 'tried'; });
</script></body></html>`;

const scenarios = `
scenario({ id: 'HOSTS', title: 'Asks other hosts', requirement: 'U1', role: 'tester' }, async ({ page }) => {
  await Given('a page of many hosts', async () => { await page.goto('/'); });
  await Then('it tried them', async () => { await expect(page.locator('#done')).toHaveText('tried'); });
});
`;

describe.each(['chromium', 'firefox'] as const)('in %s', (browser) => {
  const isSkipped = launchable(browser) === null && process.env.CI === undefined;
  const ifThere = isSkipped ? ` (skipped: no ${browser})` : '';

  async function run(allowed: boolean) {
    const other = await serve('elsewhere');
    const site = await serve(page(other.host));
    const project = makeProject({ 'hosts.uat.ts': scenarios });
    closing.push(() => rmSync(project, { recursive: true, force: true }));
    const target = { baseUrl: `http://${site.host}`, allowHosts: allowed ? [other.host] : [] };
    writeFileSync(join(project, 'shakedown.config.json'), JSON.stringify({ target }));
    const ended = await runProject(project, ['--browser', browser, '--size', 'desktop']);
    return { ...ended, other };
  }

  it.skipIf(isSkipped)(
    `only allowed hosts are contacted; the others are named, and not held against the page${ifThere}`,
    async () => {
      const { results, stderr, other } = await run(false);
      expect(results?.uat.scenarios[0]?.cells[0]?.outcome, stderr).toBe('passed');
      expect(other.connections()).toBe(0);
      const heldBack = results?.uat.findings.filter(({ kind }) => kind === 'held-back') ?? [];
      expect(heldBack.length).toBeGreaterThan(1);
      expect(new Set(heldBack.map(({ rule }) => rule))).toEqual(new Set([other.host]));
      expect(results?.missing.join('\n')).toContain(`Nothing was asked of ${other.host}`);
      expect(results && objectiveOf(results, 'user-experience')?.verdict, JSON.stringify(results?.uat.findings)).toBe(
        'pass',
      );
    },
    patienceMs,
  );

  it.skipIf(isSkipped)(
    `a host that the configuration allows is contacted${ifThere}`,
    async () => {
      const { results, stderr, other } = await run(true);
      expect(results?.uat.scenarios[0]?.cells[0]?.outcome, stderr).toBe('passed');
      expect(other.connections()).toBeGreaterThan(0);
      expect(results?.uat.findings.filter(({ kind }) => kind === 'held-back')).toEqual([]);
    },
    patienceMs,
  );
});
