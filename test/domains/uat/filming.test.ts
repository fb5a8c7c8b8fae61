import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { prepareFilming } from '../../../src/domains/uat/filming.ts';
import { launchable } from '../../../src/environment/browser-programs.ts';
import { makeProject, runProject } from './project.ts';
import { startSite } from './site.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-filming-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A program in the place of ffmpeg. */
function program(body: string): string {
  const path = join(folder, 'ffmpeg');
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  vi.stubEnv('SHAKEDOWN_FFMPEG', path);
  return path;
}

describe('what films', () => {
  it('is not looked for where nobody asked', async () => {
    vi.stubEnv('SHAKEDOWN_FFMPEG', '/nowhere/ffmpeg');
    expect(await prepareFilming('off', folder, [])).toEqual({ video: 'off', environment: {}, notDone: null });
  });

  it.each<[string, string, string]>([
    ['does not start', 'exit 127', 'does not start: 127'],
    ['cannot write what Playwright asks for', 'echo " V..... libx264"', 'has no libvpx-vp9'],
  ])('is not a program that %s', async (_, body, why) => {
    const path = program(body);
    const { video, environment, notDone } = await prepareFilming('all', folder, []);
    expect([video, environment, notDone]).toEqual(['off', {}, expect.stringContaining(`${path} ${why}`)]);
    expect(notDone).toContain('npx playwright install ffmpeg');
  });

  it('is the system’s, in a folder of links to it and to all that Playwright has', async () => {
    const path = program('echo " V..... libvpx-vp9"');
    const { video, environment, notDone } = await prepareFilming('failures', folder, []);
    const links = environment.PLAYWRIGHT_BROWSERS_PATH ?? '';
    expect([video, notDone, links]).toEqual(['failures', null, join(folder, '.browsers')]);
    const [own = ''] = readdirSync(links).filter((name) => /^ffmpeg-\d+$/.test(name));
    const [name = ''] = readdirSync(join(links, own));
    expect(readlinkSync(join(links, own, name))).toBe(path);
    for (const other of readdirSync(links).filter((each) => each !== own)) {
      expect(lstatSync(join(links, other)).isSymbolicLink()).toBe(true);
    }
  });
});

describe('the system’s Firefox', () => {
  it('is said not to be filmed', async () => {
    program('echo " V..... libvpx-vp9"');
    const firefox = { name: 'firefox', executablePath: '/usr/bin/firefox-esr' } as const;
    const { video, notDone } = await prepareFilming('all', folder, [firefox]);
    expect([video, notDone]).toEqual([
      'all',
      'No video is recorded in the system’s Firefox: its videos come out empty.',
    ]);
  });
});

const scenarios = `
scenario({ id: 'GOOD', title: 'Passes', requirement: 'U1', role: 'tester' }, async ({ page }) => {
  await Given('the start', async () => { await page.goto('/'); });
});
scenario({ id: 'BAD', title: 'Fails', requirement: 'U1', role: 'tester' }, async ({ page }) => {
  await Given('the start', async () => { await page.goto('/'); });
  await Then('something else is there', async () => { await expect(page.getByText('none such')).toBeVisible({ timeout: 500 }); });
});
`;
const patienceMs = 400_000;
const config = (video: string) => `target: { baseUrl: 'http://127.0.0.1:9' }\nuat: { video: ${video}, retries: 0 }\n`;

/** Of each scenario, what became of it and its films, in one browser; at a size at which the checker opens pages of its own. */
async function filmed(video: string) {
  const site = await startSite();
  const project = makeProject({ 'all.uat.ts': scenarios });
  writeFileSync(join(project, 'shakedown.config.yaml'), config(video));
  try {
    const { results, stderr, run } = await runProject(project, [
      '--target',
      site.url,
      '--browser',
      'chromium',
      '--size',
      'desktop',
    ]);
    if (results === null || run === null) throw new Error(stderr);
    const cells = results.uat.scenarios.map(({ info, cells: [cell] }) => ({
      id: info.id,
      outcome: cell?.outcome,
      films: (cell?.evidence ?? []).filter(({ kind }) => kind === 'video').map(({ path }) => join(run, path)),
    }));
    const heads = cells.flatMap(({ films }) => films.map((film) => readFileSync(film).subarray(0, 4).toString('hex')));
    return { cells, heads, stderr, results, isTidy: !existsSync(join(run, '.browsers')) };
  } finally {
    await site.close();
    rmSync(project, { recursive: true, force: true });
  }
}

const isSkipped = launchable('chromium') === null && process.env.CI === undefined;
describe.skipIf(isSkipped)(isSkipped ? 'filming (skipped: no Chromium)' : 'filming', () => {
  it(
    'without an ffmpeg: one line says so before anything runs, and everything else goes on',
    async () => {
      vi.stubEnv('SHAKEDOWN_FFMPEG', '/nowhere/ffmpeg');
      const { cells, stderr, results } = await filmed('all');
      const line = 'No video is recorded: SHAKEDOWN_FFMPEG names /nowhere/ffmpeg, which is not there.';
      expect(stderr.indexOf(line)).toBeGreaterThanOrEqual(0);
      expect(stderr.indexOf(line)).toBeLessThan(stderr.indexOf('GOOD'));
      expect(cells).toEqual([
        { id: 'BAD', outcome: 'failed', films: [] },
        { id: 'GOOD', outcome: 'passed', films: [] },
      ]);
      expect(results.missing.join(' ')).toContain(line);
    },
    patienceMs,
  );

  const system = '/usr/bin/ffmpeg';
  const missing = existsSync(system) ? null : `no ${system}`;
  // On a desk it is skipped without one; where everything is meant to be checked, it fails.
  it.skipIf(missing !== null && process.env.CI === undefined)(
    `with the system’s ffmpeg: what was asked for is there${missing === null ? '' : ` (skipped: ${missing})`}`,
    async () => {
      vi.stubEnv('SHAKEDOWN_FFMPEG', system);
      const { cells, heads, isTidy, stderr } = await filmed('failures');
      expect(
        cells.map(({ id, outcome, films }) => [id, outcome, films.length]),
        stderr,
      ).toEqual([
        ['BAD', 'failed', 1],
        ['GOOD', 'passed', 0],
      ]);
      // Matroska, of which WebM is a part, begins so (RFC 9559).
      expect(heads).toEqual(['1a45dfa3']);
      expect(isTidy).toBe(true);
    },
    patienceMs,
  );
});
