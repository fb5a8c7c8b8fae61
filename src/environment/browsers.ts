import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { onPath } from './paths.ts';
import { runProgram } from './run-program.ts';

const browsers = [
  { name: 'chromium', programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] },
  { name: 'firefox', programs: ['firefox', 'firefox-esr'] },
  // The system's WebKit browsers are not those that Playwright can drive.
  { name: 'webkit', programs: [] },
] as const;

/** The browsers that Playwright downloaded, and those of the system. */
export function findBrowsers(env: NodeJS.ProcessEnv = process.env): Promise<Finding[]> {
  return Promise.all(
    browsers.map(async ({ name, programs }): Promise<Finding> => {
      const base = { name, purpose: 'browser scenarios and accessibility', needed: false } as const;
      const downloaded = await inPlaywrightCache(name, env);
      if (downloaded !== undefined) {
        return {
          ...base,
          state: 'found',
          version: `build ${downloaded.build}`,
          where: downloaded.folder,
          advice: null,
        };
      }
      const [path] = programs.flatMap((program) => onPath(program, env));
      if (path !== undefined) {
        const outcome = await runProgram(path, ['--version'], { timeoutMs: 10_000 });
        const version = outcome.kind === 'ended' ? (/\d+(\.\w+)+/.exec(outcome.stdout)?.[0] ?? null) : null;
        return { ...base, state: 'found', version, where: path, advice: null };
      }
      const advice = `npx playwright install ${name}; without it ${name} counts as not run`;
      return { ...base, state: 'missing', version: null, where: null, advice };
    }),
  );
}

/** What records videos of scenarios where that is asked for: the one that Playwright downloaded, else the system's. */
export async function findFilming(env: NodeJS.ProcessEnv = process.env): Promise<Finding> {
  const base = { name: 'ffmpeg', purpose: 'videos of browser scenarios', needed: false } as const;
  const downloaded = await inPlaywrightCache('ffmpeg', env);
  const given = env.SHAKEDOWN_FFMPEG || undefined;
  if (downloaded !== undefined && given === undefined) {
    const { build, folder } = downloaded;
    return { ...base, state: 'found', version: `build ${build}`, where: folder, advice: null };
  }
  const path = given ?? onPath('ffmpeg', env)[0];
  const outcome = path === undefined ? undefined : await runProgram(path, ['-version'], { timeoutMs: 10_000 });
  if (path !== undefined && outcome?.kind === 'ended' && outcome.code === 0) {
    const version = /\d+(\.\w+)+/.exec(outcome.stdout)?.[0] ?? null;
    return { ...base, state: 'found', version, where: path, advice: null };
  }
  const advice = 'the system’s package, or npx playwright install ffmpeg; without it no video is recorded';
  return { ...base, state: 'missing', version: null, where: null, advice };
}

/** https://playwright.dev/docs/browsers: `chromium-1200` and the like in one folder a user. */
async function inPlaywrightCache(
  name: string,
  env: NodeJS.ProcessEnv,
): Promise<{ folder: string; build: string } | undefined> {
  const cache =
    process.platform === 'darwin'
      ? join(homedir(), 'Library', 'Caches')
      : (env.XDG_CACHE_HOME ?? join(homedir(), '.cache'));
  const folder = env.PLAYWRIGHT_BROWSERS_PATH ?? join(cache, 'ms-playwright');
  const builds = (await readdir(folder).catch(() => []))
    .flatMap((entry) => new RegExp(`^${name}-(\\d+)$`).exec(entry)?.[1] ?? [])
    .sort((a, b) => Number(b) - Number(a));
  const [build] = builds;
  return build === undefined ? undefined : { folder: join(folder, `${name}-${build}`), build };
}
