import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { launchable, namedBrowsers } from '../../../src/environment/browser-programs.ts';
import type { UatBrowser } from '../../../src/model/browser.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { eventsOf } from './attempts.ts';
import { objectiveOf } from './project.ts';
import { alsoThere, measured, runOf, there } from './run-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-browsers-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A program that answers `--version` so, under the name of a browser. */
function program(variable: string, body: string): string {
  const path = join(folder, variable.toLowerCase());
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  vi.stubEnv(variable, path);
  return path;
}

describe('namedBrowsers', () => {
  it('names branded browsers, and a brand in the place of its engine, by their own name and exact build', async () => {
    const edge = program('SHAKEDOWN_MSEDGE', 'echo "Microsoft Edge 141.0.3537.71"');
    program('SHAKEDOWN_CHROMIUM', 'echo "Google Chrome 141.0.7390.54 "');
    program('SHAKEDOWN_FIREFOX', 'echo "Mozilla Firefox 153.7.0esr"');
    program('SHAKEDOWN_WEBKIT', 'echo "Safari 26.1"');
    const found = await namedBrowsers(['msedge', 'chromium', 'firefox', 'webkit'], {});
    expect(found.slice(0, 4).map(({ shown }) => [shown.label, shown.version, shown.notRun])).toEqual([
      ['Microsoft Edge 141.0.3537.71', '141.0.3537.71', null],
      ['Google Chrome 141.0.7390.54', '141.0.7390.54', null],
      ['Firefox 153.7.0esr', '153.7.0esr', null],
      // Whatever it calls itself.
      ['WebKit 26.1', '26.1', null],
    ]);
    expect(found[0]).toMatchObject({ shown: { origin: edge }, launch: { name: 'msedge', executablePath: edge } });
  });

  it('does not run one that is not there, or does not start, and says why', async () => {
    vi.stubEnv('SHAKEDOWN_MSEDGE', join(folder, 'none'));
    program('SHAKEDOWN_CHROME', 'exit 127');
    const found = await namedBrowsers(['msedge', 'chrome'], { chrome: 'the other one covers it' });
    expect(found.map(({ shown, launch }) => [shown.label, shown.notRun, shown.waived, launch])).toEqual([
      ['Microsoft Edge', `SHAKEDOWN_MSEDGE names ${join(folder, 'none')}, which is not there`, null, null],
      [
        'Google Chrome',
        expect.stringMatching(/is there and does not start: it ended with 127/),
        expect.any(String),
        null,
      ],
    ]);
  });

  it('lists a branded one that nobody asked for, and does not run it', async () => {
    program('SHAKEDOWN_MSEDGE', 'echo "Microsoft Edge 141.0.3537.71"');
    const [edge] = (await namedBrowsers([], {})).filter(({ shown }) => shown.name === 'msedge');
    expect(edge).toMatchObject({
      shown: {
        label: 'Microsoft Edge 141.0.3537.71',
        isUnasked: true,
        notRun: expect.stringContaining('not asked for'),
      },
      launch: null,
    });
  });

  it.skipIf(launchable('webkit') !== null)('says how to get WebKit', async () => {
    const [webkit] = await namedBrowsers(['webkit'], {});
    expect(webkit?.shown).toMatchObject({
      label: 'WebKit',
      notRun: expect.stringContaining('playwright install webkit'),
    });
  });
});

describe('the cross-browser criterion', () => {
  const absent: UatBrowser = { ...there, name: 'msedge', label: 'Microsoft Edge', version: null, notRun: 'not there' };
  it.each<[string, UatBrowser[], string, string]>([
    ['is open where one is not there', [there, absent], 'inconclusive', 'Microsoft Edge was not run'],
    [
      'passes where that is waived, and says so',
      [there, { ...absent, waived: 'no users' }],
      'pass',
      'waived: no users',
    ],
    ['does not ask for what nobody asked for', [there, alsoThere, { ...absent, isUnasked: true }], 'pass', ''],
  ])('%s', async (_, browsers, verdict, reason) => {
    const results = await buildResults(runOf(folder, 'run', eventsOf([measured()]), browsers));
    const criterion = objectiveOf(results, 'cross-browser');
    expect(criterion).toMatchObject({ verdict, reason: expect.stringContaining(reason) });
    expect(results.verdict).toBe(verdict);
    expect(results.missing.join().includes('Microsoft Edge')).toBe(verdict === 'inconclusive');
  });
});
