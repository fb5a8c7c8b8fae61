import { execFile, execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchable } from '../../../src/domains/uat/browsers.ts';
import { readResults } from './project.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const isSkipped = launchable('chromium') === null && process.env.CI === undefined;
const patienceMs = 400_000;
const page =
  '<!doctype html><html lang="en"><head><title>Own</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head><body><main><h1>Own system</h1><p><button onclick="this.textContent=\'Thanks\'">Send</button></p><p><input name="q"></p></main></body></html>';

/** As `npx playwright codegen <url> -o recorded.uat.ts` wrote it. */
const recorded = (url: string, from: string) => `import { test, expect } from '${from}';

test('test', async ({ page }) => {
  await page.goto('${url}/');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('button')).toContainText('Thanks');
});
`;

describe.skipIf(isSkipped)(isSkipped ? 'installed (skipped: no Chromium)' : 'the package, installed', () => {
  const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page));
  let folder = '';
  let url = '';
  /** What it said; not ready and inconclusive end with other codes than 0. */
  const shakedown = (...args: string[]) => {
    const bin = join(folder, 'node_modules', 'shakedown', 'src', 'cli', 'bin.mjs');
    return new Promise<string>((resolve) => {
      execFile(process.execPath, [bin, ...args], { cwd: folder }, (_, stdout, stderr) => resolve(`${stdout}${stderr}`));
    });
  };

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    folder = mkdtempSync(join(tmpdir(), 'shakedown-installed-'));
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root, stdio: 'pipe' });
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
    execFileSync('tar', ['xzf', archive], { cwd: folder });
    // What npm does, with the dependencies that are here.
    mkdirSync(join(folder, 'node_modules'));
    renameSync(join(folder, 'package'), join(folder, 'node_modules', 'shakedown'));
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    for (const name of Object.keys(dependencies)) {
      mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
  }, patienceMs);
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  it.each(['module', 'commonjs'])(
    'runs scenarios of a %s project against a system of its own, from the skeleton and as recorded',
    async (type) => {
      rmSync(join(folder, 'reports'), { recursive: true, force: true });
      rmSync(join(folder, 'uat'), { recursive: true, force: true });
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'own', private: true, type }));
      await shakedown('init');
      // No traffic is named: scenarios replay none.
      rmSync(join(folder, 'shakedown.config.ts'));
      writeFileSync(join(folder, 'shakedown.config.json'), JSON.stringify({ target: { baseUrl: url } }));
      await shakedown('uat', 'new', 'OWN-1', 'Opens the start page');
      writeFileSync(join(folder, 'uat', 'recorded.uat.ts'), recorded(url, '@playwright/test'));
      writeFileSync(join(folder, 'uat', 'watched.uat.ts'), recorded(url, 'shakedown/uat'));
      const said = await shakedown('uat', 'run', '--browser', 'chromium', '--size', 'phone');
      const runs = join(folder, 'reports', 'runs');
      const [run] = readdirSync(runs);
      if (run === undefined) throw new Error(said);
      const results = readResults(join(runs, run));
      expect(results.uat.scenarios.map(({ info, cells }) => `${info.id} ${cells[0]?.outcome}`)).toEqual([
        'OWN-1 passed',
        'recorded-test passed',
        'watched-test passed',
      ]);
      expect(results.uat.scenarios[1]?.cells[0]?.steps.map(({ title }) => title).join()).toMatch(/navigate|goto/i);
      // The skeleton's step saw the page first; whoever did, the field without a label is named.
      expect(results.uat.findings.map(({ rule }) => rule)).toContain('label');
      expect(results.missing.filter((line) => line.startsWith('Nothing was checked beside'))).toEqual([
        expect.stringContaining('recorded-test:'),
      ]);
    },
    patienceMs,
  );
});
