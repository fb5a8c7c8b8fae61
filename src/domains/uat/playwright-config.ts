import { join } from 'node:path';
import {
  defineConfig,
  type LaunchOptions,
  type PlaywrightTestConfig,
  type PlaywrightTestOptions,
  type PlaywrightWorkerOptions,
  type Project,
} from '@playwright/test';
import { engineOf, type LaunchableBrowser, launchable } from '../../environment/browser-programs.ts';
import { chromiumReach, firefoxReach, webkitReach } from '../../environment/browser-reach.ts';
import { ownModule } from '../../environment/own-files.ts';
import type { BrowserName } from '../../model/browser.ts';
import { uatSettings } from './settings.ts';
import { uatSizes } from './sizes.ts';

type Use = Partial<PlaywrightTestOptions & PlaywrightWorkerOptions>;

const names: readonly BrowserName[] = ['chromium', 'firefox', 'webkit'];
const actionTimeoutMs = 10_000;
const testTimeoutMs = 90_000;

/**
 * Configuration for `uat/playwright.config.ts`: a project for each browser that is there and each of three sizes. Also for a bare
 * `npx playwright test -c uat/playwright.config.ts`, with the target in SHAKEDOWN_BASE_URL.
 * @param overrides laid over it, such as `{ timeout: 120_000 }`
 */
export function uatConfig(overrides: PlaywrightTestConfig = {}): PlaywrightTestConfig {
  const settings = uatSettings();
  const browsers = settings?.browsers ?? names.flatMap((name) => launchable(name) ?? []);
  const sizes = uatSizes.filter(({ name }) => isChosen(settings?.selection.sizes ?? [], name));
  const projects = browsers.flatMap((browser) =>
    sizes.map(
      (size): Project => ({
        name: `${browser.name}-${size.name}`,
        use: {
          ...launchOptions(browser, settings?.allowHosts ?? null),
          viewport: { width: size.width, height: size.height },
          // Mobile emulation is Chromium's alone; the same page at the same size is compared.
          ...(size.name === 'desktop' || engineOf(browser.name) === 'firefox' ? {} : { hasTouch: true }),
        },
      }),
    ),
  );
  const config = defineConfig(
    {
      testDir: '.',
      testMatch: '**/*.uat.ts',
      fullyParallel: true,
      timeout: testTimeoutMs,
      retries: settings?.retries ?? 0,
      ...(settings?.workers == null ? {} : { workers: settings.workers }),
      ...(settings?.shard == null ? {} : { shard: settings.shard }),
      reporter: settings === null ? 'list' : [[ownModule('./reporter.ts', import.meta.url)]],
      ...(settings === null ? {} : { outputDir: join(settings.folder, 'evidence', 'playwright') }),
      snapshotPathTemplate: '{testDir}/approved/{projectName}/{arg}{ext}',
      updateSnapshots: settings?.approve === true ? 'all' : 'none',
      expect: { timeout: actionTimeoutMs },
      use: {
        ...baseUrl(settings?.baseUrl ?? process.env.SHAKEDOWN_BASE_URL),
        actionTimeout: actionTimeoutMs,
        navigationTimeout: 3 * actionTimeoutMs,
        video: videoModes[settings?.video ?? 'off'],
        // Under load, only what is tried again: tracing takes from the machine that the load comes from.
        trace: {
          mode: settings?.round === undefined ? 'retain-on-failure' : 'on-first-retry',
          screenshots: false,
          snapshots: true,
          sources: false,
        },
      },
      projects,
    },
    overrides,
  );
  const own = new Set(projects.map(({ name }) => name));
  const reach = settings?.allowHosts ?? null;
  const whole = (project: Project) =>
    own.has(project.name) ? project : withLaunch(project, config.use, browsers, reach);
  return { ...config, projects: config.projects?.map(whole) ?? [] };
}

/** A project of the user's own starts the same programs, and reaches no other hosts, than those that are made here. */
function withLaunch(
  project: Project,
  shared: Project['use'],
  browsers: readonly LaunchableBrowser[],
  allowHosts: readonly string[] | null,
): Project {
  const use: Use = { ...shared, ...project.use };
  const engine = use.browserName ?? use.defaultBrowserType ?? 'chromium';
  const browser = browsers.find(({ name }) => engineOf(name) === engine) ?? launchable(engine);
  if (browser === null) return project;
  const { launchOptions: made, ...rest }: Use = launchOptions(browser, allowHosts);
  const wanted = use.launchOptions ?? {};
  const args = [...(wanted.args ?? []), ...(made?.args ?? [])];
  const prefs = { ...wanted.firefoxUserPrefs, ...made?.firefoxUserPrefs };
  const launch = { ...wanted, ...made, ...(args.length === 0 ? {} : { args }), firefoxUserPrefs: prefs };
  return { ...project, use: { ...rest, ...project.use, launchOptions: launch } };
}

const videoModes = { off: 'off', failures: 'retain-on-failure', all: 'on' } as const;

const baseUrl = (url: string | undefined) => (url === undefined ? {} : { baseURL: url });

function isChosen<T>(chosen: readonly T[], one: T): boolean {
  return chosen.length === 0 || chosen.includes(one);
}

/** @param allowHosts what the browser may contact; null, under a bare `playwright test`: whatever it is asked to */
function launchOptions(
  { name, executablePath }: LaunchableBrowser,
  allowHosts: readonly string[] | null,
): NonNullable<Project['use']> {
  const engine = engineOf(name);
  const reach: LaunchOptions = allowHosts === null ? {} : reachOf(engine, allowHosts);
  const args = engine === 'chromium' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const launch = {
    ...(executablePath === null ? {} : { executablePath }),
    ...reach,
    ...(engine === 'chromium' ? { args: [...args, ...(reach.args ?? ['--disable-background-networking'])] } : {}),
  };
  const isSystemFirefox = engine === 'firefox' && executablePath !== null;
  return {
    browserName: engine,
    launchOptions: launch,
    ...(isSystemFirefox ? { channel: 'moz-firefox', video: 'off' as const } : {}),
  };
}

function reachOf(engine: BrowserName, allowHosts: readonly string[]): LaunchOptions {
  if (engine === 'chromium') return { args: chromiumReach(allowHosts) };
  return engine === 'firefox' ? { firefoxUserPrefs: firefoxReach(allowHosts) } : { proxy: webkitReach(allowHosts) };
}
