import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchable } from '../../../src/environment/browser-programs.ts';
import type { BrowserName } from '../../../src/model/browser.ts';
import { runCli } from '../../cli/cli.ts';
import { makeProject, objectiveOf, readResults, runProject, type UatResults } from './project.ts';

// Without a browser these are skipped on a desk, and fail where everything is meant to be checked.
const isSkipped = (browser: BrowserName) => launchable(browser) === null && process.env.CI === undefined;
const titleOf = (browser: BrowserName) =>
  isSkipped(browser) ? `looks (skipped: no ${browser})` : `approved looks in ${browser}`;
const patienceMs = 400_000;

const scenarios = `
import { approvedLook } from 'shakedown/uat';
scenario({ id: 'LOOK', title: 'Looks as approved', requirement: 'U2', role: 'visitor', looks: { mask: ['.clock'] } }, async ({ page }) => {
  await Given('the start', async () => { await page.goto('/'); });
});
scenario({ id: 'NAMED', title: 'A look with a name', requirement: 'U2', role: 'visitor' }, async ({ page }) => {
  await Given('the start', async () => {
    await page.goto('/');
    await approvedLook(page, 'Start', { mask: ['.clock'], fullPage: true });
  });
});
`;
/** What changes by itself (clock, animation, caret), and a block whose colour a release changes. */
const pageOf = (colour: string, visit: number) =>
  `<!doctype html><html lang="en"><head><title>Start</title><meta name="viewport" content="width=device-width"><style>
.clock { font-size: 40px } .block { width: 200px; height: 300px; background: ${colour} }
@keyframes slide { to { translate: 300px } } @media not (prefers-reduced-motion: reduce) { .moves { animation: slide 2s infinite; width: 9px; height: 9px; background: #00f } }
</style></head><body><main><h1>Start</h1><p class="clock">${visit}</p><div class="moves"></div><div class="block"></div><label>Name <input autofocus></label></main></body></html>`;

describe.skipIf(isSkipped('chromium'))(titleOf('chromium'), () => looksIn('chromium'));
describe.skipIf(isSkipped('firefox'))(titleOf('firefox'), () => looksIn('firefox'));

function looksIn(browser: 'chromium' | 'firefox'): void {
  let colour = '#2a6';
  let visits = 0;
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(pageOf(colour, visits++));
  });
  let folder = '';
  const runs: string[] = [];
  const run = async (...args: string[]) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const before = existsSync(join(folder, 'reports', 'runs')) ? readdirSync(join(folder, 'reports', 'runs')) : [];
    const { stderr } = await runProject(folder, ['--target', url, '--browser', browser, '--size', 'phone', ...args]);
    const id = readdirSync(join(folder, 'reports', 'runs')).find((each) => !before.includes(each)) ?? '';
    const path = join(folder, 'reports', 'runs', id);
    if (id === '') throw new Error(stderr);
    return { id, path, results: readResults(path) };
  };
  const states = (results: UatResults) => results.uat.looks.map(({ file, state }) => `${file} ${state}`).sort();
  const criterion = (results: UatResults) => objectiveOf(results, 'user-experience');

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    folder = makeProject({ 'looks.uat.ts': scenarios });
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  it(
    'says of a new look that nothing is approved yet, takes it for approved, and sees it again',
    async () => {
      const first = await run();
      expect(states(first.results)).toEqual([
        'LOOK/1-given-the-start.png nothing approved',
        'start.png nothing approved',
      ]);
      expect(criterion(first.results)).toMatchObject({
        verdict: 'inconclusive',
        reason: 'Nothing is approved yet for 2 screenshots.',
      });
      expect(first.results.uat.scenarios.flatMap(({ cells }) => cells.map(({ outcome }) => outcome))).toEqual([
        'passed',
        'passed',
      ]);
      expect(readFileSync(join(first.path, 'uat.html'), 'utf8')).toContain(`shakedown uat approve ${first.id}`);

      const approved = await runCli(['uat', 'approve', first.id], { cwd: folder });
      expect([approved.code, approved.stdout.match(/^approved/gm)?.length], approved.stderr).toEqual([0, 2]);
      expect(existsSync(join(folder, 'uat', 'approved', `${browser}-phone`, 'start.png'))).toBe(true);

      const second = await run();
      // A clock, an animation and a caret are no change.
      expect(states(second.results)).toEqual(['LOOK/1-given-the-start.png as approved', 'start.png as approved']);
      expect(criterion(second.results)).toMatchObject({ verdict: 'pass' });
    },
    patienceMs,
  );

  it(
    'shows what changed beside what was expected, in the report and its evidence',
    async () => {
      colour = '#c33';
      const { results, path, id } = await run();
      runs.push(id);
      expect(states(results)).toEqual(['LOOK/1-given-the-start.png changed', 'start.png changed']);
      const [look] = results.uat.looks;
      // 200 × 300 of 390 × 844.
      expect(look?.pixels).toBeGreaterThan(59_000);
      expect(look?.share).toBeCloseTo(60_000 / (390 * 844), 2);
      for (const picture of [look?.expected, look?.got, look?.diff]) {
        expect(existsSync(join(path, picture?.path ?? 'none'))).toBe(true);
        expect(picture?.thumbnail).toMatch(/^data:image\/jpeg;base64,/);
      }
      expect(criterion(results)).toMatchObject({
        verdict: 'fail',
        reason: expect.stringContaining('differs from its approved visual snapshot'),
      });
      const html = readFileSync(join(path, 'uat.html'), 'utf8');
      expect(html.match(/<img src="data:image\/jpeg/g)).toHaveLength(6);
      expect(Buffer.byteLength(html)).toBeLessThan(300_000);
    },
    patienceMs,
  );

  // What the harness makes of it is no matter of the engine.
  if (browser !== 'chromium') return;

  it(
    'only tells a change where the configuration says so, and bears what a look’s tolerance allows',
    async () => {
      writeFileSync(
        join(folder, 'shakedown.config.mjs'),
        "export default { target: { baseUrl: 'http://127.0.0.1:9' }, traffic: { recording: 'none' }, uat: { visualChanges: 'warn' } };\n",
      );
      const { results } = await run();
      expect(states(results)).toContain('start.png changed');
      expect(criterion(results)).toMatchObject({ verdict: 'pass' });
      expect(results.missing.join()).toContain('2 pages differ from the approved visual snapshot');
      rmSync(join(folder, 'shakedown.config.mjs'));
    },
    patienceMs,
  );

  it(
    'approves no picture that is not the one the run left, and takes the present ones by --approve',
    async () => {
      const id = runs[0] ?? '';
      const evidence = join(folder, 'reports', 'runs', id, 'evidence');
      const picture = readdirSync(evidence).find((name) => name.endsWith('-got.png')) ?? '';
      writeFileSync(join(evidence, picture), 'another');
      const refused = await runCli(['uat', 'approve', id], { cwd: folder });
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('EVIDENCE_CHANGED')]);

      const { results } = await run('--approve');
      expect(states(results)).toEqual(['LOOK/1-given-the-start.png approved now', 'start.png approved now']);
    },
    patienceMs,
  );
}
