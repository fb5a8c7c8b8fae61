import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutDoubledStops } from '../model/full-stop.ts';
import { type GoTarget, goBuild, goBuildPath } from './go-build.ts';
import { cacheFolder, isExecutable, onPath } from './paths.ts';
import { fetchRelease, type ReleasePin, releaseFault, releasePath } from './release.ts';
import { runProgram } from './run-program.ts';

/** A program that is looked for, and got where it is not there. */
export interface ProgramSource<About> extends GoTarget {
  /** For people: `k6`. */
  title: string;
  /** Name of its file: `toxiproxy-server`. */
  program: string;
  /** Environment variable that names it: `SHAKEDOWN_K6`. */
  variable: string;
  /** Folder of the Go module and pin.json. */
  module: string;
  /** How long a build takes, in words. */
  buildTime: string;
  /** Asks a program what it is; a string says why it cannot be used. */
  probe(path: string, signal: AbortSignal | undefined): Promise<About | string>;
}

export interface ObtainOptions {
  env?: NodeJS.ProcessEnv;
  /** False: only look, neither download nor build. */
  obtain?: boolean;
  signal?: AbortSignal | undefined;
  onProgress?(text: string): void;
  onWarning?(text: string): void;
}

/** `origin`: `SHAKEDOWN_K6`, `PATH`, `cache`, `release archive`, `built from source`. */
export type Obtained<About> = About & { path: string; origin: string };

/**
 * Finds a program, or gets it: the configured path, its variable, PATH, the cache (own build, then release), then the release archive
 * (unless SHAKEDOWN_OFFLINE is set), then a build of the pinned Go module. One that does not run is passed over with a warning; a release in
 * the cache is checked against the pin again, and passed over unrun when it was changed.
 * @returns null when there is none and none can be had; the warnings say why
 */
export async function findOrGet<About>(
  source: ProgramSource<About>,
  configured: string | null | undefined,
  options: ObtainOptions,
): Promise<Obtained<About> | null> {
  const { title, program, module } = source;
  const env = options.env ?? process.env;
  const warn = options.onWarning ?? (() => {});
  const cache = cacheFolder(env);
  const pin = await readPin(module);
  const built = await goBuildPath(program, module, cache);
  const released = pin === null ? null : releasePath(program, pin.version, cache);

  const tried = async (path: string, origin: string): Promise<Obtained<About> | null> => {
    const outcome = await source.probe(path, options.signal);
    if (typeof outcome !== 'string') return { path, origin, ...outcome };
    options.signal?.throwIfAborted();
    warn(`${title} at ${path} (${origin}) is not used: ${outcome}.`);
    return null;
  };
  const places: [path: string | null | undefined, origin: string][] = [
    [configured, 'configuration'],
    [env[source.variable], source.variable],
    ...onPath(program, env).map((path): [string, string] => [path, 'PATH']),
    [built !== null && isExecutable(built) ? built : null, 'cache'],
    [released !== null && isExecutable(released) ? released : null, 'cache'],
  ];
  for (const [path, origin] of places) {
    if (!path) continue;
    const fault = pin !== null && path === released ? await releaseFault({ program, pin, cache }) : undefined;
    if (fault === undefined) {
      const found = await tried(path, origin);
      if (found) return found;
    } else warn(`${title} at ${path} (cache) is not run: ${fault}.`);
  }
  if (options.obtain === false) return null;

  if (pin !== null && !env.SHAKEDOWN_OFFLINE) {
    options.onProgress?.(`getting ${title} ${pin.version} from its release`);
    try {
      const path = await fetchRelease({ program, pin, cache, signal: options.signal });
      const found = await tried(path, 'release archive');
      if (found) return found;
    } catch (error) {
      options.signal?.throwIfAborted();
      warn(withoutDoubledStops(`${title} could not be downloaded: ${(error as Error).message}.`));
    }
  }
  const [go] = onPath('go', env);
  if (built === null) return null;
  if (go === undefined) {
    warn(`${title} could not be built: there is no Go compiler on PATH.`);
    return null;
  }
  options.onProgress?.(`building ${title} (about ${source.buildTime}, once)`);
  try {
    await goBuild({ ...source, go, path: built, cache, signal: options.signal });
  } catch (error) {
    options.signal?.throwIfAborted();
    warn(`${title} could not be built: ${(error as Error).message}`);
    return null;
  }
  return tried(built, 'built from source');
}

/** What a program says when it is asked with these arguments, both its outputs; `error` says why it does not run. */
export async function ask(
  path: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ stdout: string } | { error: string }> {
  const outcome = await runProgram(path, args, { timeoutMs: 10_000, signal });
  if (outcome.kind === 'failed') return { error: outcome.reason };
  // Some write their version where others complain.
  if (outcome.code === 0) return { stdout: outcome.stdout === '' ? outcome.stderr : outcome.stdout };
  const [complaint = ''] = outcome.stderr.trim().split('\n');
  return {
    error: `it ended with ${outcome.code}${complaint ? `: ${complaint.slice(0, 200)}` : ''}`,
  };
}

async function readPin(module: string): Promise<ReleasePin | null> {
  try {
    return JSON.parse(await readFile(join(module, 'pin.json'), 'utf8')) as ReleasePin;
  } catch {
    return null;
  }
}
