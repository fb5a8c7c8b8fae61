import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium, firefox, webkit } from '@playwright/test';
import type { BrowserName, UatBrowser } from '../model/uat.ts';
import type { LaunchableBrowser } from './settings.ts';

const engines = { chromium, firefox, webkit };
const titles: Record<BrowserName, string> = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' };
// The system's WebKit browsers are not those that Playwright can drive.
const systemPrograms: Record<BrowserName, readonly string[]> = {
  chromium: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
  ],
  firefox: ['/usr/bin/firefox-esr', '/usr/bin/firefox'],
  webkit: [],
};

/** Playwright's own build, else the system's; null: neither is there. */
export function launchable(name: BrowserName): LaunchableBrowser | null {
  const named = process.env[`SHAKEDOWN_${name.toUpperCase()}`];
  if (named !== undefined && named !== '') return existsSync(named) ? { name, executablePath: named } : null;
  if (existsSync(engines[name].executablePath())) return { name, executablePath: null };
  const path = systemPrograms[name].find((each) => existsSync(each));
  return path === undefined ? null : { name, executablePath: path };
}

/** The Chromium that scenarios would run in, for other programs to drive; null: there is none. */
export async function chromiumProgram(): Promise<{ path: string; label: string } | null> {
  const launch = launchable('chromium');
  if (launch === null) return null;
  const path = launch.executablePath ?? chromium.executablePath();
  const version = await versionOf(path);
  return { path, label: version === null ? titles.chromium : `${titles.chromium} ${version}` };
}

/** Each browser as the report names it, with the exact build that its program tells of itself. */
export function namedBrowsers(
  names: readonly BrowserName[],
  waived: Partial<Record<BrowserName, string>>,
): Promise<{ shown: UatBrowser; launch: LaunchableBrowser | null }[]> {
  return Promise.all(
    names.map(async (name) => {
      const launch = launchable(name);
      const path = launch === null ? null : (launch.executablePath ?? engines[name].executablePath());
      const version = path === null ? null : await versionOf(path);
      const shown: UatBrowser = {
        name,
        label: version === null ? titles[name] : `${titles[name]} ${version}`,
        version,
        origin: path === null ? null : launch?.executablePath === null ? 'Playwright’s own build' : path,
        notRun: path === null ? `not there; \`npx playwright install ${name}\` brings it` : null,
        waived: waived[name] ?? null,
      };
      return { shown, launch };
    }),
  );
}

function versionOf(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(path, ['--version'], { timeout: 15_000 }, (_, stdout) => {
      resolve(/\d+(\.\w+)+/.exec(String(stdout))?.[0] ?? null);
    });
  });
}
