import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goBuild, goBuildPath } from './goBuild.ts';
import { cacheFolder, isExecutable, onPath } from './paths.ts';
import { fetchRelease, type ReleasePin, releasePath } from './release.ts';
import { runProgram } from './runProgram.ts';

const bundledModule = fileURLToPath(new URL('../../load/k6', import.meta.url));
const oldestMajor = 1;

export interface K6Program {
  path: string;
  /** `2.2.0` */
  version: string;
  /** `shakedown`: with our output compiled in. */
  build: 'shakedown' | 'stock';
  /** Where it came from: `SHAKEDOWN_K6`, `PATH`, `cache`, `release archive`, `built from source`. */
  origin: string;
}

export interface FindK6Options {
  /** The configuration's `engine.k6Path`. */
  k6Path?: string | null | undefined;
  env?: NodeJS.ProcessEnv;
  /** False: only look, neither download nor build. */
  obtain?: boolean;
  /** Folder of the Go module and pin.json. */
  module?: string;
  signal?: AbortSignal | undefined;
  onProgress?(text: string): void;
  onWarning?(text: string): void;
}

/**
 * Finds k6, or gets it: the configured path, SHAKEDOWN_K6, PATH, the cache (own build, then release), then the release archive (unless
 * SHAKEDOWN_OFFLINE is set), then a build of the pinned Go module. A k6 that does not run is passed over with a warning.
 * @returns null when there is none and none can be had; the warnings say why
 */
export async function findK6(options: FindK6Options = {}): Promise<K6Program | null> {
  const env = options.env ?? process.env;
  const warn = options.onWarning ?? (() => {});
  const module = options.module ?? bundledModule;
  const cache = cacheFolder(env);
  const pin = await readPin(module);
  const built = await goBuildPath('k6', module, cache);
  const released = pin === null ? null : releasePath('k6', pin.version, cache);

  const tried = async (path: string, origin: string): Promise<K6Program | null> => {
    const outcome = await probeK6(path, options.signal);
    if (typeof outcome !== 'string') return { path, origin, ...outcome };
    options.signal?.throwIfAborted();
    warn(`k6 at ${path} (${origin}) is passed over: ${outcome}.`);
    return null;
  };
  const places: [path: string | null | undefined, origin: string][] = [
    [options.k6Path, 'configuration'],
    [env.SHAKEDOWN_K6, 'SHAKEDOWN_K6'],
    ...onPath('k6', env).map((path): [string, string] => [path, 'PATH']),
    [built !== null && isExecutable(built) ? built : null, 'cache'],
    [released !== null && isExecutable(released) ? released : null, 'cache'],
  ];
  for (const [path, origin] of places) {
    const found = path ? await tried(path, origin) : null;
    if (found) return found;
  }
  if (options.obtain === false) return null;

  if (pin !== null && !env.SHAKEDOWN_OFFLINE) {
    options.onProgress?.(`getting k6 ${pin.version} from its release`);
    try {
      const path = await fetchRelease({ program: 'k6', pin, cache, signal: options.signal });
      const found = await tried(path, 'release archive');
      if (found) return found;
    } catch (error) {
      options.signal?.throwIfAborted();
      warn(`k6 could not be downloaded: ${(error as Error).message}.`);
    }
  }
  const [go] = onPath('go', env);
  if (built === null) return null;
  if (go === undefined) {
    warn('k6 could not be built: there is no Go compiler on PATH.');
    return null;
  }
  options.onProgress?.('building k6 (about 1–2 min, once)');
  try {
    await goBuild({ go, module, path: built, cache, signal: options.signal });
  } catch (error) {
    options.signal?.throwIfAborted();
    warn(`k6 could not be built: ${(error as Error).message}`);
    return null;
  }
  return tried(built, 'built from source');
}

/** Asks a k6 for its version; a string says why it cannot be used. */
async function probeK6(
  path: string,
  signal: AbortSignal | undefined,
): Promise<{ version: string; build: K6Program['build'] } | string> {
  const outcome = await runProgram(path, ['version'], { timeoutMs: 10_000, signal });
  if (outcome.kind === 'failed') return outcome.reason;
  const [complaint = ''] = outcome.stderr.trim().split('\n');
  if (outcome.code !== 0)
    return `\`k6 version\` ended with ${outcome.code}${complaint ? `: ${complaint.slice(0, 200)}` : ''}`;
  // `k6 v2.2.0 (commit/…, go1.26.8, linux/amd64)`; the first word is the file's own name.
  const version = /^\S.*? v(\d+)(\.[\w.+-]+) \(.*\bgo1\./m.exec(outcome.stdout);
  if (version?.[1] === undefined) return 'it does not answer as k6 does';
  if (Number(version[1]) < oldestMajor)
    return `version ${version[1]}${version[2]} is too old; ${oldestMajor}.0 or newer is needed`;
  return { version: `${version[1]}${version[2]}`, build: outcome.stdout.includes('shakedown') ? 'shakedown' : 'stock' };
}

async function readPin(module: string): Promise<ReleasePin | null> {
  try {
    return JSON.parse(await readFile(join(module, 'pin.json'), 'utf8')) as ReleasePin;
  } catch {
    return null;
  }
}
