import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { ShakedownError } from '../../../model/error.ts';

type Value = string | number | boolean | null;

/** A configuration with everything put in. */
export interface Rendered {
  /** Secrets among it. */
  readonly content: unknown;
  /** By where they are, such as `carrier.key` or `hosts.0`. */
  readonly leaves: ReadonlyMap<string, Value>;
  /** Where secrets are. */
  readonly secretAt: ReadonlySet<string>;
  readonly secrets: readonly string[];
  /** Of an environment file. */
  readonly isEnvironment: boolean;
  /** As it is written for an instance. */
  readonly text: string;
}

export interface Rendering {
  values: Readonly<Record<string, string>>;
  environment: Readonly<Record<string, string | undefined>>;
}

const reference = /\$(\$?)\{(?:(env|file):)?([^}]+)\}/g;
/** A key that is called so holds a secret, though it is written out. */
const secretName = /pass(word|wd|phrase)?$|secret|token|api[_-]?key|credential|private[_-]?key/i;

/**
 * Reads a configuration and puts in what it refers to. Only texts are replaced, after parsing, so what is put in can't change the form of the file.
 * @throws ShakedownError CONFIGURATION_INVALID; what it says has no value of a secret
 */
export function render(file: string, { values, environment }: Rendering): Rendered {
  const leaves = new Map<string, Value>();
  const [secretAt, secrets] = [new Set<string>(), new Set<string>()];
  const put = (text: string, at: string): string =>
    text.replace(reference, (whole, escaped: string, kind: string | undefined, name: string) => {
      if (escaped !== '') return whole.slice(1);
      if (kind === undefined) {
        const value = Object.hasOwn(values, name) ? values[name] : undefined;
        if (value === undefined) throw invalid(`${at}: values has no ${name}`);
        return value;
      }
      const value = kind === 'env' ? environment[name] : fileText(resolve(dirname(file), name));
      if (value === undefined || value === '') throw invalid(`${at}: ${kind}:${name} is missing or empty`);
      secretAt.add(at);
      secrets.add(value);
      return value;
    });
  const filled = (value: unknown, at: string): unknown => {
    const under = (key: string | number) => (at === '' ? String(key) : `${at}.${key}`);
    if (Array.isArray(value)) return value.map((one, i) => filled(one, under(i)));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, under(key))]));
    const leaf = typeof value === 'string' ? put(value, at) : (value as Value);
    leaves.set(at, leaf);
    if (secretName.test(at.split('.').at(-1) ?? '') && leaf !== null) secretAt.add(at);
    if (secretAt.has(at) && leaf !== '') secrets.add(String(leaf));
    return leaf;
  };
  const text = fileText(file);
  if (text === undefined) throw invalid(`${file} cannot be read`);
  const isEnvironment = /^\.env$|^\.env\b/.test(extname(file)) || /(^|[/\\])\.env[^/\\]*$/.test(file);
  let written: unknown;
  try {
    written = isEnvironment ? parseEnv(text) : parse(text);
  } catch {
    // What a parser says may quote a secret.
    throw invalid(`${file} is neither JSON nor YAML`);
  }
  if (typeof written !== 'object' || written === null) throw invalid(`${file} holds no table`);
  const content = filled(written, '');
  return {
    ...{ content, leaves, secretAt, secrets: [...secrets], isEnvironment },
    text: extname(file) === '.json' ? `${JSON.stringify(content, null, 2)}\n` : stringify(content),
  };
}

/** With what is a secret in another one hidden in it too: what was written out before may be a reference now. */
export function alsoSecret(rendered: Rendered, { secretAt }: Rendered): Rendered {
  const more = [...secretAt].filter((at) => rendered.leaves.has(at));
  const secrets = more.map((at) => String(rendered.leaves.get(at))).filter((value) => value !== '');
  return {
    ...rendered,
    secretAt: new Set([...rendered.secretAt, ...more]),
    secrets: [...new Set([...rendered.secrets, ...secrets])],
  };
}

/** Of what of JSON Schema is checked; what else a schema says would be passed over. */
const known = new Set(
  `$schema $id $ref $defs definitions title description default examples $comment type enum const properties required additionalProperties items
  prefixItems minLength maxLength pattern format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minItems maxItems anyOf oneOf allOf`.split(
    /\s+/,
  ),
);

/**
 * What of a configuration its schema does not allow; empty: nothing.
 * @throws ShakedownError CONFIGURATION_SCHEMA for a schema that is not understood whole
 */
export function problemsOf(content: unknown, schemaFile: string): string[] {
  let schema: z.ZodType;
  try {
    const written = JSON.parse(fileText(schemaFile) ?? '');
    const [unknown] = unknownKeywords(written);
    if (unknown !== undefined) throw new Error(`${unknown} is not understood`);
    schema = z.fromJSONSchema(written);
  } catch (error) {
    throw new ShakedownError('CONFIGURATION_SCHEMA', `${schemaFile}: ${(error as Error).message}.`, {
      hint: 'Leave out what is not understood, or check it elsewhere.',
    });
  }
  const { error } = schema.safeParse(content);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
}

function unknownKeywords(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (!known.has(key)) return [key];
    if (key === 'properties' || key === '$defs' || key === 'definitions')
      return Object.values(value as object).flatMap(unknownKeywords);
    if (['items', 'additionalProperties'].includes(key)) return unknownKeywords(value);
    if (['anyOf', 'oneOf', 'allOf', 'prefixItems'].includes(key)) return (value as unknown[]).flatMap(unknownKeywords);
    return [];
  });
}

/** One difference between two configurations; a secret is not shown. */
export interface Change {
  at: string;
  before: string;
  after: string;
}

const hidden = '(secret)';

export function changesOf(before: Rendered | null, after: Rendered): Change[] {
  const old: ReadonlyMap<string, Value> = before?.leaves ?? new Map();
  const shown = (rendered: Rendered | null, at: string, mask: boolean) => {
    if (rendered === null || !rendered.leaves.has(at)) return '(absent)';
    return mask ? hidden : JSON.stringify(rendered.leaves.get(at));
  };
  return [...new Set([...old.keys(), ...after.leaves.keys()])].flatMap((at) => {
    if (old.has(at) && after.leaves.has(at) && old.get(at) === after.leaves.get(at)) return [];
    const mask = after.secretAt.has(at) || (before?.secretAt.has(at) ?? false);
    return [{ at, before: shown(before, at, mask), after: shown(after, at, mask) }];
  });
}

/**
 * Where what an instance shows is not what is declared. What is not declared is passed over.
 * @param found what its probe answers; secrets as they are, or as `sha256:` and a digest
 */
export function differencesOf(declared: Rendered, found: unknown): { differences: string[]; unseen: string[] } {
  const [differences, unseen] = [[] as string[], [] as string[]];
  for (const [at, value] of declared.leaves) {
    const seen = valueAt(found, at);
    const isSecret = declared.secretAt.has(at);
    if (seen === undefined) (isSecret ? unseen : differences).push(isSecret ? at : `${at} is absent`);
    else if (isSecret ? seen !== value && seen !== digest(value) : !isSame(value, seen, declared.isEnvironment)) {
      differences.push(isSecret ? `${at} is another secret` : `${at} is ${JSON.stringify(seen)}`.slice(0, 200));
    }
  }
  return { differences, unseen };
}

function isSame(value: Value, seen: unknown, isEnvironment: boolean): boolean {
  return isEnvironment ? String(value) === String(seen) : value === seen;
}

function digest(value: Value): string {
  return `sha256:${createHash('sha256').update(String(value)).digest('hex')}`;
}

function valueAt(found: unknown, at: string): unknown {
  return at.split('.').reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string, unknown>)[key];
  }, found);
}

function fileText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function invalid(what: string): ShakedownError {
  return new ShakedownError('CONFIGURATION_INVALID', `${what}.`, { hint: 'Correct rehearsal.configuration.file.' });
}
