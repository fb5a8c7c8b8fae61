import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { launchable } from '../../../src/environment/browser-programs.ts';
import { runCli } from '../../cli/cli.ts';
import { makeProject, readResults, runProject } from './project.ts';
import { startSite } from './site.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** The second scenario fills the disk and fails, so that its trace finds no room. */
const scenarios = `
import { spawnSync } from 'node:child_process';
scenario({ id: 'D-1', title: 'Has room', requirement: 'U1', role: 'tester' }, async ({ page }) => {
  await Given('the start', async () => { await page.goto('/'); });
});
scenario({ id: 'D-2', title: 'Fills the disk', requirement: 'U1', role: 'tester' }, async ({ page }) => {
  await Given('the start', async () => { await page.goto('/'); });
  await When('the disk is full', async () => {
    spawnSync('dd', ['if=/dev/zero', 'of=' + process.env.BALLAST, 'bs=1k'], { stdio: 'ignore' });
    expect(1).toBe(2);
  });
});
scenario({ id: 'D-3', title: 'Comes after', requirement: 'U1', role: 'tester' }, async ({ page }) => {
  await Given('the start', async () => { await page.goto('/'); });
});
`;
const isSkipped = launchable('chromium') === null && process.env.CI === undefined;

describe.skipIf(isSkipped || !canMount())(
  'a disk that fills up while a trace is made (skipped where no tmpfs can be mounted)',
  () => {
    it('costs evidence and no outcome, and says so', async () => {
      const site = await startSite();
      closing.push(() => site.close());
      const folder = makeProject({ 'disk.uat.ts': scenarios });
      closing.push(() => rmSync(folder, { recursive: true, force: true }));
      writeFileSync(
        join(folder, 'uat', 'playwright.config.ts'),
        "import { uatConfig } from 'shakedown/uat';\nexport default uatConfig({ workers: 1, retries: 0, fullyParallel: false });\n",
      );
      const disk = join(folder, 'reports');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk]);
      closing.push(() => execFileSync('umount', ['-l', disk]));
      const ballast = join(disk, 'ballast');
      process.env.BALLAST = ballast;
      closing.push(() => delete process.env.BALLAST);
      const { code, stderr } = await runProject(folder, [
        '--target',
        site.url,
        '--browser',
        'chromium',
        '--size',
        'phone',
      ]).catch((error: Error) => ({ code: -1, stderr: error.message }));
      expect(stderr).not.toContain('INTERNAL');
      expect([1, 2, -1]).toContain(code);
      rmSync(ballast, { force: true });
      const runs = join(disk, 'runs');
      const [id = ''] = readdirSync(runs);
      expect(existsSync(join(runs, id, '.reserve'))).toBe(false);
      await runCli(['report', '--from', id], { cwd: folder });
      const results = readResults(join(runs, id));
      expect(results.verdict).toBe('fail');
      expect(results.uat.scenarios.map(({ info, cells }) => `${info.id} ${cells[0]?.outcome}`).slice(0, 2)).toEqual([
        'D-1 passed',
        'D-2 failed',
      ]);
      const { troubles, leftOut } = results.uat;
      expect(troubles.some((line) => line.includes('disk was full')) || leftOut > 0).toBe(true);
    }, 300_000);
  },
);

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const at = `/tmp/shakedown-mount-${process.pid}`;
  try {
    mkdirSync(at, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', at], { stdio: 'ignore' });
    execFileSync('umount', [at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
}
