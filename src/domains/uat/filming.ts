import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';
import { engineOf, type LaunchableBrowser, ownProgram } from '../../environment/browser-programs.ts';
import { asSentence } from '../../report-kit/text.ts';
import type { UatVideo } from './configuration.ts';

/** What records the scenarios of a run as video. */
export interface Filming {
  /** What was asked for, where it can be done. */
  video: UatVideo;
  /** Of the runner's process, beside its own. */
  environment: Record<string, string>;
  /** Why video that was asked for is not recorded, a sentence; null: all is, or none was asked for. */
  notDone: string | null;
}

const variable = 'SHAKEDOWN_FFMPEG';
/** The one that Playwright asks for. */
const encoder = 'libvpx-vp9';
const answerTimeoutMs = 30_000;
/** Of the programs as Playwright names them in its folders. */
const names: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'ffmpeg-linux',
  darwin: 'ffmpeg-mac',
  win32: 'ffmpeg-win64.exe',
};

/** Firefox that is driven by WebDriver BiDi. */
const isFilmless = ({ name, executablePath }: LaunchableBrowser): boolean =>
  engineOf(name) === 'firefox' && executablePath !== null;

/**
 * Finds an ffmpeg: the one that Playwright downloads, else the system's. Playwright takes it from nowhere but its folder of browsers, so for the
 * system's there is one of our own, of links: to that program, and to all that is in Playwright's.
 * @param folder where that may be made; what is left in it is to be removed after the run
 */
export async function prepareFilming(
  asked: UatVideo,
  folder: string,
  browsers: readonly LaunchableBrowser[],
): Promise<Filming> {
  if (asked === 'off') return { video: 'off', environment: {}, notDone: null };
  const without = (why: string): Filming => ({
    video: 'off',
    environment: {},
    notDone: asSentence(`No video is recorded: ${why}`),
  });
  const some = browsers.some(isFilmless)
    ? 'No video is recorded in the system’s Firefox: its videos come out empty.'
    : null;
  const place = playwrightPlace();
  if (place === null) return without('where Playwright keeps its ffmpeg is not known on this system');
  const own = join(place.browsers, place.folder, place.program);
  const given = process.env[variable] || null;
  if (given === null && existsSync(own)) return { video: asked, environment: {}, notDone: some };
  const path = given ?? onPath();
  if (path === null)
    return without('there is no ffmpeg: `npx playwright install ffmpeg` installs one; the system’s works too');
  if (!existsSync(path)) return without(`${variable} names ${path}, which is not there`);
  const why = await cannotFilm(path);
  if (why !== null) return without(`${path} ${why}; \`npx playwright install ffmpeg\` installs one that can`);
  try {
    const links = join(folder, '.browsers');
    await mkdir(join(links, place.folder), { recursive: true });
    for (const entry of await readdir(place.browsers).catch(() => [])) {
      if (entry !== place.folder) await symlink(join(place.browsers, entry), join(links, entry));
    }
    await symlink(path, join(links, place.folder, place.program));
    return { video: asked, environment: { PLAYWRIGHT_BROWSERS_PATH: links }, notDone: some };
  } catch (error) {
    return without(`${path} could not be made known to Playwright: ${(error as Error).message}`);
  }
}

/** Relative entries of PATH are passed over: they would run what lies in the project. */
function onPath(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, 'ffmpeg')).find((each) => existsSync(each)) ?? null;
}

/** Where Playwright looks for its ffmpeg; null where it has none. */
function playwrightPlace(): { browsers: string; folder: string; program: string } | null {
  // `<folder of browsers>/chromium-1200/chrome-linux/chrome`
  const parts = ownProgram('chromium').split(sep);
  const at = parts.findLastIndex((part) => /^chromium\w*-\d+$/.test(part));
  const program = names[process.platform];
  const revision = ffmpegRevision();
  if (at < 1 || program === undefined || revision === null) return null;
  return { browsers: parts.slice(0, at).join(sep), folder: `ffmpeg-${revision}`, program };
}

/** By the list that Playwright's core brings along. */
function ffmpegRevision(): string | null {
  const of = (name: string, from: string) => createRequire(from).resolve(`${name}/package.json`);
  try {
    const core = of('playwright-core', of('playwright', of('@playwright/test', import.meta.url)));
    const list = JSON.parse(readFileSync(join(dirname(core), 'browsers.json'), 'utf8')) as {
      browsers: { name: string; revision: string }[];
    };
    return list.browsers.find(({ name }) => name === 'ffmpeg')?.revision ?? null;
  } catch {
    return null;
  }
}

/** Why a program cannot record video; null: it can. */
function cannotFilm(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(path, ['-hide_banner', '-encoders'], { timeout: answerTimeoutMs }, (error, stdout) => {
      if (error !== null) resolve(`does not start: ${error.code ?? 'no answer'}`);
      else resolve(stdout.includes(encoder) ? null : `has no ${encoder}`);
    });
  });
}
