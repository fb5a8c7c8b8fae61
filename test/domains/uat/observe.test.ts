import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeTags } from '../../../src/domains/uat/axe-tags.ts';
import { runAxe } from '../../../src/domains/uat/observe/axe.ts';
import { unrecorded } from '../../../src/domains/uat/observe/unrecorded.ts';
import { watchVitals } from '../../../src/domains/uat/observe/vitals.ts';
import { launchable } from '../../../src/environment/browser-programs.ts';

const isSkipped = launchable('chromium') === null && process.env.CI === undefined;
const patienceMs = 200_000;
const html = (body: string) =>
  `<!doctype html><html lang="en"><head><title>T</title>OTHER</head><body><main><h1>T</h1>${body}</main></body></html>`;
const pages: Record<string, string> = {
  '/wrong': html('<input name="a"><img src="data:," ><p style="color:#bbb;background:#fff">too pale</p>'),
  '/own-json': html('<input name="a"><script>Array.prototype.toJSON = function () { return "mine" }</script>'),
  '/styled': html('<p>styled from elsewhere</p>'),
  '/plain': html('<p id="p" style="height:40px">plain</p><p>below</p>'),
};

describe.skipIf(isSkipped)(isSkipped ? 'watching a page (skipped: no Chromium)' : 'watching a page', () => {
  const traces = mkdtempSync(join(tmpdir(), 'shakedown-traces-'));
  const asked: string[] = [];
  const servers = [0, 1].map(() =>
    createServer((request, response) => {
      const path = request.url ?? '/';
      asked.push(path);
      const other = path === '/styled' ? `<link rel="stylesheet" href="${urls[1]}/other.css">` : '';
      const type = path.endsWith('.css') ? 'text/css' : 'text/html';
      response.writeHead(200, { 'content-type': type }).end((pages[path] ?? '').replace('OTHER', other));
    }),
  );
  const urls: string[] = [];
  let browser: Browser;
  const onPage = async (path: string, body: (page: Page) => Promise<void>) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${urls[0]}${path}`);
    await body(page);
    await context.close();
  };
  const found = (rules: readonly { id: string; helpUrl: string; nodes: readonly { html: string }[] }[]) =>
    rules.flatMap(({ id, helpUrl, nodes }) => nodes.map((node) => `${id} ${helpUrl} ${node.html}`)).sort();

  beforeAll(async () => {
    for (const server of servers) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    }
    const executablePath = launchable('chromium')?.executablePath;
    browser = await chromium.launch({
      ...(executablePath == null ? {} : { executablePath }),
      args: ['--no-sandbox'],
      tracesDir: traces,
    });
  }, patienceMs);
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(traces, { recursive: true, force: true });
  });

  it('keeps the checker’s own calls out of a trace', { timeout: patienceMs }, async () => {
    const context = await browser.newContext();
    await context.tracing.start({ name: 'own', snapshots: true });
    const page = await context.newPage();
    await page.evaluate('"of the scenario"');
    expect(await unrecorded(page, () => page.evaluate('"of the checker"'))).toBe('of the checker');
    await page.evaluate('"and of the scenario again"');
    await expect(unrecorded(page, () => page.evaluate('fails()'))).rejects.toThrow(
      /^(?!.*_wrap).*fails is not defined/,
    );
    const files = readdirSync(traces, { recursive: true }).map((name) => join(traces, String(name)));
    const trace = files.find((file) => file.endsWith('own.trace')) ?? '';
    await expect
      .poll(() => existsSync(trace) && readFileSync(trace, 'utf8').includes('scenario again'), {
        timeout: patienceMs / 2,
      })
      .toBe(true);
    expect(readFileSync(trace, 'utf8')).not.toContain('of the checker');
    await context.close();
  });

  it('finds what axe finds when asked by its own builder, again when the page has changed', {
    timeout: patienceMs,
  }, async () => {
    await onPage('/wrong', async (page) => {
      const first = await runAxe(page);
      await page.evaluate('document.querySelector("main").append(document.createElement("button"))');
      const second = await runAxe(page);
      const whole = await new AxeBuilder({ page: page as never }).withTags(axeTags).analyze();
      expect(found(second.violations)).toEqual(found(whole.violations));
      expect(found(second.incomplete)).toEqual(found(whole.incomplete));
      expect(second.passed).toEqual(whole.passes.map(({ id }) => id));
      expect(first.violations.length).toBe(whole.violations.length - 1);
      expect(second.violations.map(({ id }) => id)).toContain('button-name');
    });
  });

  it('finds it on a page that has JSON its own way', { timeout: patienceMs }, async () => {
    await onPage('/own-json', async (page) => {
      expect((await runAxe(page)).violations.map(({ id }) => id)).toContain('label');
    });
  });

  it('asks for no style sheet of elsewhere once more', { timeout: patienceMs }, async () => {
    await onPage('/styled', async (page) => {
      await runAxe(page);
    });
    expect(asked.filter((path) => path === '/other.css')).toHaveLength(1);
  });

  it('takes the vitals of the scenario’s pages, not of the checker’s, and none of what comes after the hold', {
    timeout: patienceMs,
  }, async () => {
    const context = await browser.newContext();
    const own = new Set<Page>();
    const page = await context.newPage();
    const vitals = await watchVitals(context, page, {
      isScenarios: (each) => !own.has(each),
      step: () => 'a step',
      shiftBudget: 0.1,
    });
    await page.goto(`${urls[0]}/plain`);
    const count = async () => {
      await vitals.settle(false);
      return vitals.measured().samples.length;
    };
    await expect.poll(count, { timeout: patienceMs / 2 }).toBeGreaterThan(3);
    const other = await context.newPage();
    own.add(other);
    await other.goto(`${urls[0]}/wrong`);
    await other.waitForTimeout(300);
    await vitals.hold();
    await page.evaluate(
      'new Promise((done) => { document.querySelector("#p").style.height = "400px"; requestAnimationFrame(() => requestAnimationFrame(done)) })',
    );
    await vitals.settle(true);
    const { samples } = vitals.measured();
    expect(new Set(samples.map((sample) => sample.page))).toEqual(new Set(['/plain']));
    expect(samples.find(({ metric }) => metric === 'CLS')?.value).toBe(0);
    await context.close();
  });
});
