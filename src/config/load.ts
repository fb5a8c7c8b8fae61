import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { LoadedConfig, Overrides } from '../domains/command.ts';
import { profileSchema } from '../domains/traffic/profile.ts';
import { ShakedownError } from '../model/error.ts';
import { overlaid } from './overlay.ts';
import { checked } from './problems.ts';
import { readConfigFile, readData } from './read.ts';
import { bundledConfig, resolveConfig } from './resolve.ts';
import { configSchema } from './schema.ts';

const fileNames = ['ts', 'mts', 'js', 'mjs', 'yaml', 'yml', 'json'].map((end) => `shakedown.config.${end}`);

export interface LoadConfigOptions {
  cwd: string;
  /** Use this file and no other; relative to `cwd`. */
  file?: string | undefined;
  /** Laid over the file before defaults are filled in. */
  overrides?: Overrides | undefined;
  /** For commands that replay nothing: a system of the user's own then needs no recording. */
  replays?: boolean | undefined;
}

/**
 * Finds, reads and checks the configuration (`shakedown.config.ts`, `.mts`, `.js`, `.mjs`, `.yaml`, `.yml` or `.json` in `cwd`), reads
 * the load profile it names and fills in defaults. Without a file: the sample system and its recording.
 * @throws ShakedownError CONFIG_NOT_FOUND, CONFIG_AMBIGUOUS, CONFIG_SYNTAX, CONFIG_INVALID, PROFILE_INVALID
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  const file = findFile(options.cwd, options.file);
  const folder = file === null ? resolve(options.cwd) : dirname(file);
  const written =
    file === null
      ? bundledConfig(availableParallelism())
      : checked(configSchema, await readConfigFile(file), file, 'CONFIG_INVALID');
  const { overrides = {} } = options;
  const profile = await readProfile(overrides.profile ?? written.profile, folder);
  const over = overlaid({ ...written, profile }, { ...overrides, profile });
  const parsed = checked(configSchema, over, 'The configuration', 'CONFIG_INVALID');
  return { config: resolveConfig(parsed, folder, options.replays ?? true), file, folder, overrides };
}

function findFile(cwd: string, given: string | undefined): string | null {
  if (given !== undefined) {
    const file = resolve(cwd, given);
    if (existsSync(file)) return file;
    throw new ShakedownError('CONFIG_NOT_FOUND', `No configuration at ${file}.`, {
      hint: 'Name an existing file with --config, or make one with `shakedown init`.',
    });
  }
  const found = fileNames.filter((name) => existsSync(join(cwd, name)));
  const [first] = found;
  if (found.length > 1) {
    throw new ShakedownError('CONFIG_AMBIGUOUS', `${resolve(cwd)} holds ${found.join(' and ')}.`, {
      hint: 'Keep one of them, or name one with --config.',
    });
  }
  return first === undefined ? null : resolve(cwd, first);
}

/** A profile that stands in the configuration as it is, or in the file that it names. */
async function readProfile(profile: unknown, folder: string): Promise<unknown> {
  if (typeof profile !== 'string') return profile ?? {};
  const file = resolve(folder, profile);
  return checked(profileSchema, await readData(file), file, 'PROFILE_INVALID');
}
