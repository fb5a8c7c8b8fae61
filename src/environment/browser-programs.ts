import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserName, UatBrowser } from '../model/browser.ts';

export interface LaunchableBrowser {
  name: BrowserName;
  /** null: Playwright's own build. */
  executablePath: string | null;
}

type EngineName = 'chromium' | 'firefox' | 'webkit';

interface Known {
  engine: EngineName;
  title: string;
  /** Only a release's maker may put its brand on it: Playwright has no build of its own. */
  isBranded: boolean;
  programs: readonly string[];
}

const chromePrograms = ['/opt/google/chrome/chrome', '/usr/bin/google-chrome-stable', '/usr/bin/google-chrome'];
const known: Record<BrowserName, Known> = {
  chromium: {
    engine: 'chromium',
    title: 'Chromium',
    isBranded: false,
    programs: ['/usr/bin/chromium', '/usr/bin/chromium-browser', ...chromePrograms],
  },
  firefox: {
    engine: 'firefox',
    title: 'Firefox',
    isBranded: false,
    programs: ['/usr/bin/firefox-esr', '/usr/bin/firefox'],
  },
  // The system's WebKit browsers are not those that Playwright can drive; and this one is never called by the name of one.
  webkit: { engine: 'webkit', title: 'WebKit', isBranded: false, programs: [] },
  chrome: {
    engine: 'chromium',
    title: 'Google Chrome',
    isBranded: true,
    programs: [...chromePrograms, '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  },
  msedge: {
    engine: 'chromium',
    title: 'Microsoft Edge',
    isBranded: true,
    programs: [
      '/opt/microsoft/msedge/msedge',
      '/usr/bin/microsoft-edge-stable',
      '/usr/bin/microsoft-edge',
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ],
  },
};
const branded: readonly BrowserName[] = ['chrome', 'msedge'];
const versionTimeoutMs = 30_000;

const own = createRequire(import.meta.url);

/** Where Playwright has its own build. Loaded when it is asked for: it is the largest module of all, and most commands need no browser. */
export function ownProgram(engine: EngineName): string {
  const playwright = own('@playwright/test') as typeof import('@playwright/test');
  return playwright[engine].executablePath();
}

export const engineOf = (name: BrowserName): EngineName => known[name].engine;

/** Of the Playwright that runs the scenarios and writes their traces. */
export function playwrightVersion(): string {
  return (own('@playwright/test/package.json') as { version: string }).version;
}

const variable = (name: BrowserName) => `SHAKEDOWN_${name.toUpperCase()}`;
const named = (name: BrowserName) => process.env[variable(name)] || null;

/** The program that the environment names, else Playwright's own build, else the system's; null: none is there. */
export function launchable(name: BrowserName): LaunchableBrowser | null {
  const { engine, isBranded, programs } = known[name];
  const given = named(name);
  if (given !== null) return existsSync(given) ? { name, executablePath: given } : null;
  if (!isBranded && existsSync(ownProgram(engine))) return { name, executablePath: null };
  const path = programs.find((each) => existsSync(each));
  return path === undefined ? null : { name, executablePath: path };
}

/** The Chromium that scenarios would run in, for other programs to drive; a string says why there is none. */
export async function chromiumProgram(): Promise<{ path: string; label: string } | string> {
  const { shown, launch } = await namedBrowser('chromium', null);
  if (launch === null) return shown.notRun ?? 'not there';
  return { path: launch.executablePath ?? ownProgram('chromium'), label: shown.label };
}

/**
 * Each wanted browser as the report names it, with the exact build that its program reports, and the branded ones that are there though
 * nobody asked for them. One that is not there, or does not start, has the reason.
 */
export async function namedBrowsers(
  names: readonly BrowserName[],
  waived: Partial<Record<BrowserName, string>>,
): Promise<{ shown: UatBrowser; launch: LaunchableBrowser | null }[]> {
  const wanted = await Promise.all(names.map((name) => namedBrowser(name, waived[name] ?? null)));
  const others = branded.filter((name) => !names.includes(name) && launchable(name) !== null);
  const unasked = await Promise.all(others.map((name) => namedBrowser(name, null)));
  return [
    ...wanted,
    ...unasked.map(({ shown }) => {
      const notRun = `there, and not asked for: \`--browser ${shown.name}\``;
      return { shown: { ...shown, notRun, isUnasked: true as const }, launch: null };
    }),
  ];
}

/** One that the configuration waives and does not name among its browsers: it is not looked for. */
export function waivedBrowser(name: BrowserName, waived: string): UatBrowser {
  const none = { version: null, origin: null, notRun: 'not asked for', isUnasked: true as const };
  return { name, label: known[name].title, ...none, waived };
}

async function namedBrowser(name: BrowserName, waived: string | null) {
  const { engine, title } = known[name];
  const launch = launchable(name);
  const absent = (notRun: string) => ({
    shown: { name, label: title, version: null, origin: null, notRun, waived },
    launch: null,
  });
  if (launch === null) {
    const given = named(name);
    return absent(
      given === null
        ? `not there; \`npx playwright install ${name}\` brings it`
        : `${variable(name)} names ${given}, which is not there`,
    );
  }
  const isOwn = launch.executablePath === null;
  const path = launch.executablePath ?? ownProgram(engine);
  const said = await saidOf(path);
  // Playwright's WebKit reports no version on some systems; its build has a number.
  const build = isOwn ? (new RegExp(`${engine}[^/\\\\]*-(\\d+)[/\\\\]`).exec(path)?.[1] ?? null) : null;
  const version = said.version ?? (build === null ? null : `build ${build}`);
  if (version === null) return absent(`${path} is there and does not start: ${said.why}`);
  // A brand in the place of its engine is called by its own name.
  const brand = name === 'webkit' ? null : said.title;
  const origin = isOwn ? `Playwright’s own build${build === null ? '' : ` ${build}`}` : path;
  return { shown: { name, label: `${brand ?? title} ${version}`, version, origin, notRun: null, waived }, launch };
}

/** What a program says to `--version`: `Mozilla Firefox 153.7.0esr`, `Google Chrome 141.0.7390.54`. */
function saidOf(path: string): Promise<{ title: string | null; version: string | null; why: string }> {
  return new Promise((resolve) => {
    execFile(path, ['--version'], { timeout: versionTimeoutMs }, (error, stdout) => {
      const [, title = '', version = null] = /^\s*([A-Za-z][A-Za-z ]{0,40}?)?\s*(\d+(?:\.\w+)+)/m.exec(stdout) ?? [];
      const why =
        error === null
          ? 'it reports no version'
          : typeof error.code === 'number'
            ? `it ended with ${error.code}`
            : error.killed === true
              ? `no answer within ${versionTimeoutMs / 1000} s`
              : (error.code ?? 'unknown');
      resolve({ title: title.replace(/^Mozilla /, '') || null, version, why });
    });
  });
}
