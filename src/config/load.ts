import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type LoadProfile, profileSchema } from '../domains/load/profile.ts';
import type { DeclaredArtifact } from '../model/artifact.ts';
import { ShakedownError } from '../model/error.ts';
import { checked } from './problems.ts';
import { readConfigFile, readData } from './read.ts';
import { bundledConfig, resolveConfig } from './resolve.ts';
import type { EngineName, ResolvedConfig } from './resolved.ts';
import { configSchema, type ParsedConfig } from './schema.ts';

const fileNames = ['ts', 'mts', 'js', 'mjs', 'yaml', 'yml', 'json'].map((end) => `shakedown.config.${end}`);

export interface LoadedConfig {
  config: ResolvedConfig;
  /** Absolute path; null: none was found and the built-in one is used. */
  file: string | null;
  /** Absolute path of the project: where the file is, or where the command was started. */
  folder: string;
}

export interface LoadConfigOptions {
  cwd: string;
  /** Use this file and no other; relative to `cwd`. */
  file?: string | undefined;
  /** Command-line options laid over the file before defaults are filled in. */
  overrides?: ConfigOverrides | undefined;
  /** For commands that replay nothing: a system of the user's own then needs no recording. */
  replays?: boolean | undefined;
}

export interface ConfigOverrides {
  name?: string;
  version?: string;
  environment?: string;
  /** Take the place of declared ones of the same names. */
  artifacts?: DeclaredArtifact[];
  /** Replaces the file's target by this URL; its other settings stay. */
  targetUrl?: string;
  /** Replaces the file's target by the sample system with these defects. */
  sampleDefects?: string;
  /** Absolute. */
  recording?: string;
  declaredOwn?: boolean;
  /** Absolute. */
  profile?: string;
  load?: LoadProfile;
  engine?: EngineName;
  windowMs?: number;
  browserVisitors?: number;
  /** Absolute. */
  reportsFolder?: string;
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
  const parsed = checked(
    configSchema,
    overlay(written, options.overrides ?? {}),
    'The configuration',
    'CONFIG_INVALID',
  );
  const profile = { ...(await readProfile(parsed.profile, folder)), ...options.overrides?.load };
  const config = resolveConfig(parsed, folder, profile, options.replays ?? true);
  return { config, file, folder };
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

function overlay(written: ParsedConfig, overrides: ConfigOverrides): ParsedConfig {
  const { sample: _sample, baseUrl: _baseUrl, ...rest } = written.target;
  let target = written.target;
  // Where a whole system is replaced, what was written for it (hosts, headers, keys) must not reach the new one, but for what the
  // user's own target and --target share: another address of the same system.
  if (overrides.targetUrl !== undefined) {
    target = written.target.sample ? { baseUrl: overrides.targetUrl } : { ...rest, baseUrl: overrides.targetUrl };
  } else if (overrides.sampleDefects !== undefined) {
    target = { sample: { ...written.target.sample, defects: overrides.sampleDefects } };
  }
  if (target.sample !== undefined && overrides.version !== undefined) {
    const { version: _version, ...sample } = target.sample;
    target = { sample };
  }
  const traffic =
    overrides.recording === undefined && overrides.declaredOwn === undefined
      ? written.traffic
      : {
          ...written.traffic,
          ...(overrides.recording === undefined ? {} : { recording: overrides.recording }),
          ...(overrides.declaredOwn === undefined ? {} : { declaredOwn: overrides.declaredOwn }),
        };
  return {
    ...written,
    ...(overrides.name === undefined ? {} : { name: overrides.name }),
    ...(overrides.version === undefined ? {} : { version: overrides.version }),
    ...(overrides.environment === undefined ? {} : { environment: overrides.environment }),
    ...(overrides.artifacts === undefined ? {} : { artifacts: replaced(written.artifacts ?? [], overrides.artifacts) }),
    target,
    ...(traffic === undefined ? {} : { traffic: traffic as NonNullable<ParsedConfig['traffic']> }),
    ...(overrides.profile === undefined ? {} : { profile: overrides.profile }),
    ...(overrides.engine === undefined ? {} : { engine: { ...written.engine, prefer: overrides.engine } }),
    ...(overrides.windowMs === undefined ? {} : { windows: { durationMs: overrides.windowMs } }),
    ...(overrides.browserVisitors === undefined
      ? {}
      : { browser: { ...written.browser, vus: overrides.browserVisitors } }),
    ...(overrides.reportsFolder === undefined
      ? {}
      : { reports: { ...written.reports, folder: overrides.reportsFolder } }),
  };
}

function replaced(artifacts: readonly DeclaredArtifact[], by: readonly DeclaredArtifact[]): DeclaredArtifact[] {
  return [...artifacts.filter(({ name }) => !by.some((one) => one.name === name)), ...by];
}

async function readProfile(profile: ParsedConfig['profile'], folder: string): Promise<LoadProfile> {
  if (profile === undefined) return {};
  if (typeof profile !== 'string') return profile;
  const file = resolve(folder, profile);
  return checked(profileSchema, await readData(file), file, 'PROFILE_INVALID');
}
