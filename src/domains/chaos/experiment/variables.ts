import { extname } from 'node:path';
import { readBounded } from '../../../evidence/bounded-file.ts';
import { ShakedownError } from '../../../model/error.ts';
import { readDocument } from './load.ts';
import { isObject, type Json, type JsonObject, objectOr } from './values/json.ts';

/** Values given from outside of an experiment. */
export interface GivenVariables {
  configuration: JsonObject;
  secrets: JsonObject;
  /** Added to the environment. */
  environment: Record<string, string>;
}

/**
 * Reads `--var` and `--var-file` as Chaos Toolkit does; later files win over earlier ones, and variables over files.
 * @param variables `name[:type]=value`, the type one of str, int, float, bytes, bool, json
 * @param files .json and .yaml files with `configuration` and `secrets`; any other file is one of `NAME=value` lines for the environment
 * @throws ShakedownError EXPERIMENT_VARIABLE, or as `readDocument`
 */
export async function readVariables(variables: readonly string[], files: readonly string[]): Promise<GivenVariables> {
  const given: GivenVariables = { configuration: {}, secrets: {}, environment: {} };
  for (const file of files) {
    if (/^\.(json|ya?ml)$/.test(extname(file))) {
      const document = objectOr(await readDocument(file));
      Object.assign(given.configuration, objectOr(document.configuration));
      Object.assign(given.secrets, objectOr(document.secrets));
    } else Object.assign(given.environment, await environmentFile(file));
  }
  for (const variable of variables) {
    const [, name, type, value] = /^([^=]*?)(?::([^:=]*))?=(.*)$/s.exec(variable) ?? [];
    if (name === undefined || name === '' || value === undefined) {
      throw new ShakedownError('EXPERIMENT_VARIABLE', `--var ${variable}: write it as name=value or name:type=value.`);
    }
    given.configuration[name] = converted(type ?? null, value, `--var ${name}`);
  }
  return given;
}

const mostBytes = 2 * 1024 * 1024;

async function environmentFile(file: string): Promise<Record<string, string>> {
  const text = await readBounded(file, mostBytes).catch((cause: Error) => {
    throw new ShakedownError('EXPERIMENT_FILE', `${file} cannot be read: ${cause.message}.`, { cause });
  });
  const lines = text
    .toString('utf8')
    .split(/\r?\n/)
    .map((line) => line.trim());
  return Object.fromEntries(
    lines.flatMap((line, index): [string, string][] => {
      if (line === '' || line.startsWith('#')) return [];
      const at = line.indexOf('=');
      if (at < 1) throw new ShakedownError('EXPERIMENT_VARIABLE', `${file}:${index + 1}: write it as NAME=value.`);
      return [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
}

/**
 * The configuration of an experiment with the environment and given values in it; probes in it are left to be run.
 * @throws ShakedownError EXPERIMENT_VARIABLE where an environment variable is missing or of another type
 */
export function resolveConfiguration(
  written: JsonObject,
  given: JsonObject,
  environment: NodeJS.ProcessEnv,
): JsonObject {
  const resolved: JsonObject = {};
  for (const [key, own] of Object.entries(written)) {
    const value = given[key] ?? own;
    resolved[key] =
      isObject(value) && value.type === 'env' ? fromEnvironment(`configuration.${key}`, value, environment) : value;
  }
  return resolved;
}

/**
 * The secrets of an experiment, groups of values by name.
 * @throws ShakedownError EXPERIMENT_VARIABLE where an environment variable is missing, EXPERIMENT_VAULT
 */
export function resolveSecrets(
  written: JsonObject,
  given: JsonObject,
  environment: NodeJS.ProcessEnv,
  where = 'secrets',
): JsonObject {
  const resolved: JsonObject = {};
  for (const [key, value] of Object.entries(written)) {
    const at = `${where}.${key}`;
    const other = given[key];
    if (!isObject(value)) resolved[key] = value;
    else if (other !== undefined && other !== null && !isObject(other)) resolved[key] = other;
    else if (isObject(other) && other.type !== 'env' && where === 'secrets')
      resolved[key] = resolveSecrets(other, {}, environment, at);
    else if (value.type === 'env') resolved[key] = fromEnvironment(at, value, environment);
    else if (value.type === 'vault') {
      throw new ShakedownError('EXPERIMENT_VAULT', `${at} is kept in Vault, which is not built in.`, {
        hint: 'Read it with `vault kv get` into an environment variable, and write { type: env, key: NAME }.',
      });
    } else resolved[key] = resolveSecrets(value, objectOr(other), environment, at);
  }
  return resolved;
}

function fromEnvironment(where: string, entry: JsonObject, environment: NodeJS.ProcessEnv): Json {
  const { key, default: otherwise, env_var_type: type } = entry;
  const value = typeof key === 'string' ? environment[key] : undefined;
  if (value === undefined && otherwise === undefined) {
    throw new ShakedownError('EXPERIMENT_VARIABLE', `${where}: the environment variable ${String(key)} is not set.`, {
      hint: `Set it, or give it a default.`,
    });
  }
  return converted(typeof type === 'string' ? type : null, value ?? otherwise ?? null, where);
}

const converters: Record<string, (value: string) => Json> = {
  str: (value) => value,
  string: (value) => value,
  bytes: (value) => value,
  int: whole,
  integer: whole,
  float: number,
  number,
  bool: (value) => !['false', '0', 'no'].includes(value.toLowerCase()),
  json: (value) => (value === '' ? value : (JSON.parse(value) as Json)),
};

function whole(value: string): number {
  if (!/^\s*[+-]?\d+\s*$/.test(value)) throw new Error('it is no whole number');
  return Number(value);
}

function number(value: string): number {
  if (value.trim() === '' || Number.isNaN(Number(value))) throw new Error('it is no number');
  return Number(value);
}

function converted(type: string | null, value: Json, where: string): Json {
  if (type === null || typeof value !== 'string') return value;
  const convert = converters[type];
  if (convert === undefined) {
    throw new ShakedownError(
      'EXPERIMENT_VARIABLE',
      `${where}: the type ${type} is none of ${Object.keys(converters).join(', ')}.`,
    );
  }
  try {
    return convert(value);
  } catch (cause) {
    // Without the value, which may be a secret.
    const why = cause instanceof SyntaxError ? 'it is no JSON' : (cause as Error).message;
    throw new ShakedownError('EXPERIMENT_VARIABLE', `${where} cannot be read as ${type}: ${why}.`);
  }
}
