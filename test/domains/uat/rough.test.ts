import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchable } from '../../../src/environment/browser-programs.ts';
import { makeProject, runProject, type UatResults } from './project.ts';

const isSkipped = launchable('chromium') === null && process.env.CI === undefined;
const patienceMs = 400_000;
const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><head><title>${title}</title><meta name="viewport" content="width=device-width"></head><body><main><h1>${title}</h1>${body}</main></body></html>`;
const pages: Record<string, string> = {
  '/': page(
    'Cut',
    '<p id="cut" style="width:60px;height:20px;overflow:hidden;white-space:nowrap">Text that does not fit into its box</p><script>fetch("/absent").catch(() => {}); fetch("/dropped").catch(() => {}).then(() => { document.title = "Asked" })</script>',
  ),
  '/shifts': page(
    'Shifts',
    '<div id="late"></div><div style="height:400px;background:#ddd">what is pushed down</div><script>setTimeout(() => { document.querySelector("#late").style.height = "300px"; setTimeout(() => { document.title = "Shifted" }, 500) }, 600)</script>',
  ),
};
const scenarios = `
scenario({ id: 'ROUGH', title: 'Sees what is rough', requirement: 'U2', role: 'tester' }, async ({ page }) => {
  await Given('text cut off and requests that fail', async () => { await page.goto('/'); await expect(page).toHaveTitle('Asked'); });
  await When('what is there is pushed down', async () => { await page.goto('/shifts'); await expect(page).toHaveTitle('Shifted'); });
});
scenario({ id: 'DIES', title: 'The browser dies', requirement: 'U1', role: 'tester' }, async ({ page, context }) => {
  await Given('a page', async () => { await page.goto('/'); });
  await When('the browser dies', async () => {
    const session = await context.browser()?.newBrowserCDPSession();
    session?.send('Browser.crash').catch(() => {});
    await expect(page.getByText('never there')).toBeVisible({ timeout: 5000 });
  });
});
`;

describe.skipIf(isSkipped)(isSkipped ? 'rough pages (skipped: no Chromium)' : 'rough pages in Chromium', () => {
  const server = createServer((request, response) => {
    const found = pages[request.url ?? ''];
    if (request.url === '/dropped') request.socket.destroy();
    else if (found === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/html' }).end(found);
  });
  let folder = '';
  let results: UatResults;
  const found = (rule: string) => results.uat.findings.filter((each) => each.rule === rule);

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    folder = makeProject({ 'rough.uat.ts': scenarios });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ran = await runProject(folder, ['--target', url, '--browser', 'chromium', '--size', 'phone']);
    if (ran.results === null) throw new Error(ran.stderr);
    results = ran.results;
  }, patienceMs);
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  it('names text that is cut off and requests that fail', () => {
    expect(found('text-cut-off')).toMatchObject([{ element: '#cut', pages: ['/'] }]);
    expect(found('status-404').map(({ what }) => what)).toContain('GET /absent was answered with 404');
    expect(found('no-answer').map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^GET \/dropped got no answer/),
    );
  });

  it('measures a layout that shifts', () => {
    const shift = results.uat.vitals.find(({ metric }) => metric === 'CLS');
    expect(shift?.worstPage).toBe('/shifts');
    expect(shift?.max).toBeGreaterThan(0.1);
    // One load says nothing of a 75th percentile; that this page moves, it shows.
    expect(shift?.verdict).toBe('inconclusive');
    expect(found('layout-shift')).toMatchObject([
      {
        kind: 'layout-shift',
        impact: 'serious',
        element: 'html>body>main>div',
        pages: ['/shifts'],
        steps: ['When what is there is pushed down'],
      },
    ]);
  });

  it('says of a browser that dies that the scenario failed, and goes on with the others', () => {
    const outcomeOf = (id: string) => results.uat.scenarios.find(({ info }) => info.id === id)?.cells[0]?.outcome;
    expect(outcomeOf('DIES')).toBe('failed');
    expect(outcomeOf('ROUGH')).not.toBe('not run');
    expect(results.verdict).toBe('fail');
  });
});
